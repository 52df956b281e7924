/*
title: rejects
summary: one input record that was not accepted
*/
create table rejects (
    source_file varchar not null,
    line bigint,
    reason varchar not null,
    sample varchar
);
comment on column rejects.source_file is 'file of the record, relative to the SOURCE it came from';
comment on column rejects.line is 'line of the record in that file, else its number';
comment on column rejects.reason is 'why it was not accepted';
comment on column rejects.sample is 'the first characters of the record, masked';
