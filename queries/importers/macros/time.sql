/*
title: times in five shapes
summary: >
  RFC 3339 text with or without a zone (without: the session's TimeZone, which --tz sets while importing), numbers by
  magnitude (s, ms, µs, ns), .NET ticks, pairs of seconds and nanoseconds, and HTTP dates. All give UTC without a zone,
  in microseconds; null when it cannot be read.
*/
create or replace macro moment_of_micros(micros) as
    -- years 1970 to 2262: what nanoseconds in 64 bits can hold
    case when micros between 0 and 9223372036854775 then make_timestamp(micros::bigint) end;

-- doubles hold microseconds of today exactly; nanoseconds and ticks need whole numbers
create or replace macro moment_of_size(small, large) as
    moment_of_micros(
        case
            when small < 1e11 then round(small * 1000000)::hugeint
            when small < 1e14 then round(small * 1000)::hugeint
            when small < 1e17 then round(small)::hugeint
            -- .NET ticks of the years 1970 to 2060: nanoseconds there would be of the years 1989 and 1990
            when large between 621355968000000000 and 650000000000000000 then (large - 621355968000000000) // 10
            else large // 1000
        end
    );

create or replace macro moment_of_digits(digits) as
    moment_of_size(try_cast(digits as double), try_cast(digits as hugeint));

create or replace macro moment_of_rare_text(words) as
    -- of the words that are times for DuckDB, infinity is none
    case when not regexp_matches(words, '(?i)^\s*[-+]?inf') then coalesce(
        -- lower-case t and z, a comma before the fraction, and what follows a zone name in brackets
        try_cast(regexp_replace(replace(upper(words), ',', '.'), '\[.*\]$', '') as timestamptz),
        try_strptime(words, [
            '%Y%m%dT%H%M%S%z', '%Y%m%dT%H%M%SZ', '%a, %d %b %Y %H:%M:%S GMT', '%d/%b/%Y:%H:%M:%S %z',
            '%m/%d/%Y, %I:%M:%S.%g %p', '%m/%d/%Y %H:%M:%S'
        ])::timestamptz,
        -- as JavaScript and C print them: Mon May 04 2026 10:00:00 GMT+0200 (zone), Mon May  4 10:00:00 2026
        try_strptime(regexp_replace(words, ' \(.*\)$', ''), '%a %b %d %Y %H:%M:%S GMT%z')::timestamptz,
        try_strptime(regexp_replace(words, ' +', ' ', 'g'), '%a %b %d %H:%M:%S %Y')::timestamptz
    ) end;

create or replace macro moment_of_any_text(words) as
    case
        when words[1] between '0' and '9' and words[5] <> '-' and regexp_full_match(words, '\d+(\.\d+)?')
            then moment_of_digits(words)
        else timezone('UTC', coalesce(
            case when words[1] between '0' and '9' and words[5] = '-' then try_cast(words as timestamptz) end,
            moment_of_rare_text(words)
        ))
    end;

create or replace macro moment_of_text(words) as
    coalesce(
        -- most are in UTC, and need no calendar of zones
        case
            when words >= '0' and words < ':' and (ends_with(words, 'Z') or ends_with(words, '+00:00'))
                then try_cast(words as timestamp)
        end,
        moment_of_any_text(words)
    );

create or replace macro moment_of_pair(leaf) as
    moment_of_micros(
        try_cast(leaf ->> 0 as bigint)::hugeint * 1000000 + try_cast(leaf ->> 1 as bigint) // 1000
    );

create or replace macro json_moment(leaf) as
    case
        when starts_with(leaf, '"') then list_transform([json_string(leaf)], lambda words: moment_of_text(words))[1]
        when starts_with(leaf, '[') then moment_of_pair(leaf)
        when json_number(leaf) is not null then moment_of_digits(leaf::varchar)
    end;

create or replace macro leaf_moment(leaf) as
    case when typeof(leaf) = 'VARCHAR' then moment_of_text(leaf::varchar) else json_moment(leaf::json) end;

-- a span of time that no clock measures is left away: it would overflow the end
create or replace macro end_after(start_at, milliseconds) as
    case when abs(milliseconds) < 1e12 then start_at + to_microseconds((milliseconds * 1000)::bigint) end;

create or replace macro milliseconds_between(start_at, end_at) as date_diff('microsecond', start_at, end_at) / 1000.0::double;

create or replace macro json_scores(leaf) as
    case when starts_with(leaf, '[') then
        list_transform(
            from_json(
                json_finite(leaf), '[{"name": "varchar", "value": "double", "source": "varchar", "at": "json", "comment": "varchar"}]'
            ),
            lambda s: {'name': s.name, 'value': s.value, 'source': s.source, 'at': json_moment(s."at"), 'comment': s.comment}
        )
    end;
