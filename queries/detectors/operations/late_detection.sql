/*
title: Nobody noticed for long
question: How long did what was found go on before an alert or a person noticed it?
needs: [context]
rule: "15.2"
method: late
folds: false
unit: requests
measure: {name: time until it was noticed, unit: h}
params:
  late_h: {value: 2, why: "two hours after ten cases were there to be seen; a rule with a window of one hour pages sooner"}
advice: >
  Let an alert watch what this finding measures, in this slice - by the time in the summary it could have fired. Note
  alerts and complaints in the context file, so that the time until they come can be watched.
*/
select id, trace_id, start as "at", false as bad
from request_facts
