/*
title: any other log
summary: JSON, CSV or Parquet of your own, mapped by what its columns are called; a wrong guess is put right under [aliases] in --config
docs: docs/reference/config.md
fills: >
  id trace_id parent_id kind name route feature start end duration_ms status error_type error_message http_status attempt
  fallback provider model_requested model input output output_format finish_reason input_tokens output_tokens
  cache_read_tokens cache_write_tokens reasoning_tokens cost_usd temperature seed cache_status cache_key retrieval_hits
  retrieval_top_score retrieval_documents citations idempotency_key tenant user session region locale client
  prompt_version app_version index_version arm scores attributes
fallback: true
detect: >
  list_has_any(
    list_transform(json_keys(body), lambda k: plain_key(regexp_replace(k, '[(\[][^)\]]*[)\]]\s*$', ''))),
    ['timestamp', 'time', 'ts', 'createdat', 'created', 'starttime', 'start', 'startedat', 'requestedat', 'date', 'datetime',
     'timegenerated', 'eventtime', 'loggedat', 'timestampms', 'requesttime', 'at', 'asctime', 'logtime', 'eventtimestamp',
     'requesttimestamp', '시작시각', '시작시간', '시작일시', '요청시각', '요청일시', '요청시간', '시각', '일시', '시간', '생성일시', '생성시각',
     '타임스탬프', '기록시각', '등록일시', '날짜'])
  and list_has_any(
    list_transform(json_keys(body), lambda k: plain_key(regexp_replace(k, '[(\[][^)\]]*[)\]]\s*$', ''))),
    ['model', 'modelname', 'modelid', 'engine', 'deployment', 'prompt', 'input', 'question', 'query', 'messages', 'output',
     'response', 'answer', 'completion', 'reply', 'latency', 'latencyms', 'duration', 'durationms', 'elapsed', 'elapsedms',
     'responsetime', 'prompttokens', 'inputtokens', 'completiontokens', 'outputtokens', 'totaltokens', 'tokensin',
     'tokensout', 'contexttokens', 'generatedtokens', 'inputlength', 'outputlength', 'usage', 'status', 'statuscode',
     'httpstatus', 'error', 'traceid', 'requestid', 'cost', 'costusd', 'cachehit', 'request', 'llm',
     '모델', '모델명', '프롬프트', '질문', '질의', '입력', '답변', '응답', '출력', '응답시간', '소요시간', '지연시간', '처리시간', '입력토큰',
     '출력토큰', '프롬프트토큰', '상태', '상태코드', '오류', '에러', '요청id', '요청번호'])
# Names by which a column is known, the likeliest first, compared without case, underscores, hyphens, dots and spaces.
# A dot parts the names of nested fields. A name of two words is also found at the end of a longer path.
synonyms:
  id: [span_id, id, request_id, req_id, call_id, event_id, message_id, correlation_id, uuid, guid, insert_id, 요청_id, 요청번호, 호출_id,
    식별자, 고유번호]
  trace_id: [trace_id, trace, request_id, correlation_id, run_id, 추적_id, 트레이스_id]
  parent_id: [parent_id, parent_span_id, parent_run_id, parent, 부모_id, 상위_id]
  kind: [kind, span_kind, span_type, run_type, type, operation_type, 종류, 유형]
  name: [name, operation_name, operation, span_name, event_name, event, action, task, 작업명, 작업, 이벤트]
  route: [route, endpoint, path, url_path, request_path, 경로, 엔드포인트]
  feature: [feature, feature_name, use_case, app, application, product, workflow, 기능, 기능명, 서비스, 서비스명]
  start: [start, start_time, started_at, timestamp, "@timestamp", time, ts, datetime, created_at, created,
    requested_at, request_time, timestamp_ms, time_generated, event_time, logged_at, date, at, asctime, log_time,
    event_timestamp, request_timestamp, 시작시각, 시작시간, 시작일시, 요청시각, 요청일시, 요청시간, 시각, 일시, 시간, 생성일시, 생성시각, 타임스탬프, 기록시각, 등록일시,
    날짜]
  end: [end, end_time, ended_at, completed_at, finished_at, response_at, responded_at, 종료시각, 종료시간, 종료일시, 응답시각, 응답일시,
    완료시각, 완료일시]
  duration_ms: [duration_ms, latency_ms, elapsed_ms, response_time_ms, total_ms, delay_ms, duration, latency, elapsed,
    response_time, took, rt, duration_s, latency_s, duration_seconds, latency_seconds, elapsed_seconds, 응답시간_ms,
    소요시간_ms, 지연시간_ms, 처리시간_ms, 응답시간, 소요시간, 지연시간, 처리시간]
  status: [status, outcome, result_status, state, success, ok, is_success, level, severity, 상태, 처리결과, 성공여부, 결과]
  error_type: [error_type, error.type, error_code, error.code, exception_type, exception.type, error_class,
    error_name, 오류유형, 에러유형, 오류코드, 에러코드]
  error_message: [error_message, error.message, error_msg, error, exception.message, exception, err, failure_reason,
    오류메시지, 에러메시지, 오류내용, 에러내용, 오류, 에러, 실패사유]
  http_status: [http_status, status_code, http_status_code, http_code, response_code, response.status, error.status, error.code, code, status, 상태코드,
    응답코드, http상태코드, http상태]
  attempt: [attempt, attempt_number, try, retry_count, retries, n_retries, retry, attempts, 시도횟수, 재시도횟수, 재시도]
  fallback: [fallback, is_fallback, fallback_from, used_fallback, fallback_model, 폴백, 폴백여부]
  provider: [provider, model_provider, llm_provider, vendor, 제공자, 공급자, 공급사, 제공사]
  model_requested: [model_requested, requested_model, request_model, request.model, 요청모델, 요청모델명]
  model: [model, model_name, model_id, response_model, response.model, engine, deployment, deployment_name, llm,
    llm_model, request.model, 모델명, 모델, 모델이름, 응답모델, 사용모델]
  input: [input, prompt, question, query, messages, user_message, user_input, request.messages, request.prompt,
    request.input, request_body, request, 질문, 질의, 프롬프트, 입력, 질문내용, 사용자질문, 사용자입력, 입력문, 요청내용, 문의내용, 문의]
  output: [output, response.text, response.content, response.output, response.answer, answer, completion, reply,
    response_text, generated_text, output_text, response, response_body, result, text, content, 답변, 응답, 출력, 답변내용,
    응답내용, 모델응답, 모델답변, 출력문, 생성결과]
  output_format: [output_format, response_format]
  finish_reason: [finish_reason, stop_reason, completion_reason, response.finish_reason, 종료사유, 완료사유, 중단사유]
  input_tokens: [input_tokens, prompt_tokens, tokens_in, tokens.prompt, tokens.input, usage.prompt_tokens,
    usage.input_tokens, context_tokens, input_length, prompt_length, n_prompt_tokens, req_tokens, 입력토큰, 입력토큰수, 프롬프트토큰,
    프롬프트토큰수, 요청토큰, 요청토큰수]
  output_tokens: [output_tokens, completion_tokens, tokens_out, tokens.completion, tokens.output,
    usage.completion_tokens, usage.output_tokens, generated_tokens, output_length, response_tokens,
    n_completion_tokens, 출력토큰, 출력토큰수, 완료토큰, 완료토큰수, 응답토큰, 응답토큰수, 생성토큰, 생성토큰수]
  cache_read_tokens: [cache_read_tokens, cached_tokens, cache_read_input_tokens, usage.cached_tokens, tokens.cached, 캐시토큰, 캐시토큰수]
  cache_write_tokens: [cache_write_tokens, cache_creation_input_tokens, cache_creation_tokens]
  reasoning_tokens: [reasoning_tokens, thinking_tokens, usage.reasoning_tokens, tokens.reasoning, 추론토큰, 추론토큰수]
  cost_usd: [cost_usd, usd_cost, cost_in_usd, total_cost_usd, total_cost, cost, price, spend, usd, usage.cost, 비용_usd, 비용_달러, 요금_usd,
    cost.usd, cost.total_usd, cost.total]
  temperature: [temperature, request.temperature, params.temperature, 온도]
  seed: [seed, request.seed, params.seed]
  cache_status: [cache_status, cache.status, cache_hit, cachehit, cached, from_cache, is_cached, cache.hit, cache,
    캐시여부, 캐시상태, 캐시적중, 캐시적중여부, 캐시히트, 캐시]
  cache_key: [cache_key, cache.key]
  cache_age_s: [cache_age_s, cache.age_s]
  cache_ttl_s: [cache_ttl_s, cache.ttl_s]
  retrieval_hits: [retrieval_hits, n_hits, num_hits, num_docs, n_docs, doc_count, num_documents, retrieval.hits, hits,
    hit_count, 검색건수, 검색결과수, 검색문서수, 문서수]
  retrieval_top_score: [retrieval_top_score, top_score, max_score, best_score, retrieval.top_score, 최고점수, 최고유사도]
  retrieval_documents: [retrieval_documents, documents, docs, retrieved_documents, retrieved_docs, chunks, contexts,
    sources, retrieved, passages, retrieval.documents, 검색문서, 참고문서, 문서목록, 출처]
  citations: [citations, cited, references, cited_documents, 인용, 인용문서]
  idempotency_key: [idempotency_key, idempotency]
  tenant: [tenant, tenant_id, org_id, organization_id, organization, org, customer_id, customer, account_id, account,
    workspace_id, team_id, company, 고객사, 고객사_id, 테넌트, 테넌트_id, 조직, 조직_id, 회사, 회사명]
  user: [user, user_id, end_user, end_user_id, uid, user.id, 사용자, 사용자_id, 유저, 유저_id, 회원_id, 회원번호, 고객_id, 고객번호]
  session: [session, session_id, chat_id, conversation_id, thread_id, 세션, 세션_id, 대화_id, 대화번호, 채팅_id, 상담_id]
  region: [region, location, data_center, 지역, 리전]
  locale: [locale, language, lang, 언어]
  client: [client, client_name, client_app, platform, channel, user_agent, 클라이언트, 채널, 플랫폼]
  prompt_version: [prompt_version, prompt_template_version, template_version, prompt_id, prompt_name, 프롬프트버전, 템플릿버전]
  app_version: [app_version, release, version, service_version, git_sha, build, 앱버전, 배포버전, 서비스버전, 버전]
  index_version: [index_version, kb_version, corpus_version, 색인버전, 인덱스버전]
  arm: [arm, variant, experiment_arm, ab_group, cohort, 실험군]
  scores: [scores, feedback, rating, thumbs, thumbs_up, user_rating, user_feedback, score, 평점, 만족도, 별점, 사용자평가, 피드백,
    평가, 좋아요, feedback.rating, feedback.score, feedback.value]
*/
with
picked as (
    -- one parse a record: the values at every path of the plan, which Python made from the names above
    select
        file, line, ord, body,
        list_transform(
            json_extract(body, getvariable('paths')),
            lambda v: case when v::varchar <> 'null' then v end
        ) as v
    from records
),
chosen as (
    -- each once: a macro writes its argument out wherever it uses it
    select
        * exclude (v),
        path_value(v, 'app_version') as g_app_version, path_value(v, 'arm') as g_arm, path_value(v, 'attempt') as g_attempt,
        path_value(v, 'cache_age_s') as g_cache_age_s, path_value(v, 'cache_key') as g_cache_key,
        path_value(v, 'cache_read_tokens') as g_cache_read_tokens, path_value(v, 'cache_status') as g_cache_status,
        path_value(v, 'cache_ttl_s') as g_cache_ttl_s, path_value(v, 'cache_write_tokens') as g_cache_write_tokens,
        path_value(v, 'citations') as g_citations, path_value(v, 'client') as g_client,
        path_value(v, 'cost_usd') as g_cost_usd, path_value(v, 'duration_ms') as g_duration_ms,
        path_value(v, 'end') as g_end, path_value(v, 'error_message') as g_error_message,
        path_value(v, 'error_type') as g_error_type, path_value(v, 'event') as g_event,
        path_value(v, 'event_id') as g_event_id, path_value(v, 'fallback') as g_fallback,
        path_value(v, 'feature') as g_feature, path_value(v, 'finish_reason') as g_finish_reason,
        path_value(v, 'http_status') as g_http_status, path_value(v, 'id') as g_id,
        path_value(v, 'idempotency_key') as g_idempotency_key, path_value(v, 'index_version') as g_index_version,
        path_text(v, 'input') as g_input, path_value(v, 'input_tokens') as g_input_tokens, path_value(v, 'kind') as g_kind,
        path_value(v, 'locale') as g_locale, path_value(v, 'model') as g_model,
        path_value(v, 'model_requested') as g_model_requested, path_value(v, 'name') as g_name,
        path_text(v, 'output') as g_output, path_value(v, 'output_format') as g_output_format,
        path_value(v, 'output_tokens') as g_output_tokens, path_value(v, 'parent_id') as g_parent_id,
        path_value(v, 'prompt_version') as g_prompt_version, path_value(v, 'provider') as g_provider,
        path_value(v, 'reasoning_tokens') as g_reasoning_tokens, path_value(v, 'region') as g_region,
        path_value(v, 'retrieval_documents') as g_retrieval_documents, path_value(v, 'retrieval_hits') as g_retrieval_hits,
        path_value(v, 'retrieval_top_score') as g_retrieval_top_score, path_value(v, 'route') as g_route,
        path_value(v, 'scores') as g_scores, path_value(v, 'seed') as g_seed, path_value(v, 'session') as g_session,
        path_value(v, 'start') as g_start, path_value(v, 'status') as g_status,
        path_value(v, 'temperature') as g_temperature, path_value(v, 'tenant') as g_tenant,
        path_value(v, 'trace_id') as g_trace_id, path_value(v, 'user') as g_user
    from picked
),
named as (
    select
        *,
        json_rest(body, getvariable('mapped_keys')) as rest,
        g_id as id, g_trace_id as trace_id, g_parent_id as parent_id, g_error_message as error,
        g_model as model, g_retrieval_documents as documents, g_citations as cited, g_scores as scored,
        loose_number(g_attempt) as tries,
        loose_number(g_start) as begun,
        lower(json_text(g_status)) as status_told, lower(json_text(g_kind)) as kind_told,
        lower(json_text(g_fallback)) as fallback_told, lower(json_text(g_cache_status)) as cache_told,
        lower(json_text(g_scores)) as score_told, json_text(g_event) as event_told,
        loose_integer(g_http_status) as code, loose_integer(coalesce(g_http_status, g_status)) as code_told,
        loose_count(g_cache_read_tokens) as read_tokens, loose_count(g_cache_write_tokens) as written_tokens,
        loose_count(g_input_tokens) as asked_tokens
    from chosen
),
worded as (
    select
        *,
        coalesce(
            outcome_word(status_told),
            outcome_of_code(code_told),
            case when error is not null and not no_error(error) then 'error' end,
            case when getvariable('plan')['error_message'] is not null then 'ok' end
        ) as status,
        case when json_list_leaf(documents) is not null then
            list_transform(json_extract(documents, '$[*]'), lambda d: document_of(d))
        end as found
    from named
),
turns as (
    -- a request that is told in several lines, by its id: only where the plan found that the log is written so
    select
        event_id, min(said_at) as first_at,
        count(*) filter (where turn = 'retry') + greatest(count(*) filter (where turn = 'request') - 1, 0) as retries,
        max(tries) as tries,
        bool_or(model is not null) as calls_model
    from (
        select
            event_id,
            event_turn(event) as turn,
            json_moment(start) as said_at,
            loose_integer(attempt) as tries,
            model
        from (
            -- each once, as above
            select
                json_text(path_value(v, 'event_id')) as event_id,
                json_text(path_value(v, 'event')) as event,
                loose_number(path_value(v, 'start')) as start,
                path_value(v, 'attempt') as attempt,
                path_value(v, 'model') as model
            from (
                select list_transform(
                    json_extract(body, getvariable('paths')), lambda x: case when x::varchar <> 'null' then x end
                ) as v
                from records
                where getvariable('folds_events')
            )
        )
    )
    group by event_id
),
told_in_turns as (
    select
        w.*,
        t.first_at, t.calls_model, event_turn(w.event_told) as turn,
        case when t.retries > 0 then greatest(t.retries + 1, coalesce(t.tries, 0)) end as all_tries,
        t.event_id is not null as in_turns
    from worded as w
    left join turns as t on getvariable('folds_events') and json_text(w.g_event_id) = t.event_id
),
timed as (
    select
        * replace (case when in_turns then turn end as turn),
        -- the line that asks stands for the request, the others are parts of it
        in_turns and (
            turn is distinct from 'request' or json_moment(begun) > first_at
        ) as folded
    from told_in_turns
),
unread as (
    -- words and numbers of which nothing is known stay as they are
    select
        *,
        json_merge_patch('{}', json_object(
            'status', case when outcome_word(status_told) is null and outcome_of_code(code_told) is null then g_status end,
            'http_status', case
                when coalesce(code not between 100 and 599, true) and outcome_word(json_text(g_http_status)) is null
                    then g_http_status
            end,
            'duration_ms', case when loose_duration(g_duration_ms) is null then json_finite(g_duration_ms) end,
            'attempt', case when json_integer(tries) is null then g_attempt end,
            'cache_status', case when loose_cache(cache_told) is null then g_cache_status end,
            'arm', case when arm_word(json_string(g_arm)) is null then g_arm end,
            'scores', case when json_list_leaf(scored) is null and loose_score(score_told) is null then g_scores end
        )) as unread
    from timed
)
select
    w.file,
    w.line,
    w.ord,
    w.body,
    w.folded,
    coalesce(case when w.in_turns then w.g_event_id end, w.id, to_json(
        f.label || ':' || w.line || case when w.ord > 0 then ':' || w.ord else '' end || coalesce(':' || (w.body ->> 'log_place'), '')
    )) as id,
    -- Google Cloud writes the project in front of it
    coalesce(
        to_json(nullif(regexp_extract(json_string(w.trace_id), '^projects/[^/]+/traces/(.+)$', 1), '')), w.trace_id
    ) as trace_id,
    w.parent_id,
    to_json(coalesce(
        case when not w.in_turns then loose_kind(w.kind_told) end,
        case when w.model is not null or w.calls_model then 'llm' end,
        'request'
    )) as kind,
    case when not w.in_turns or w.g_name <> w.g_event then
        to_json(json_text(w.g_name))
    end as name,
    to_json(json_text(w.g_route)) as route,
    to_json(json_text(w.g_feature)) as feature,
    case when w.folded then to_json(w.first_at::varchar || 'Z') else w.begun end as start,
    coalesce(
        loose_number(w.g_end),
        case when w.turn in ('result', 'failure') then w.begun end
    ) as "end",
    -- 1.003 s are 1003 ms, and no hair less
    to_json(round(loose_duration(w.g_duration_ms) * getvariable('duration_unit'), 6)) as duration_ms,
    to_json(case
        when w.turn in ('request', 'retry') then null
        when w.turn = 'failure' then coalesce(
            nullif(outcome_word(w.status_told), 'ok'), nullif(outcome_of_code(w.code), 'ok'),
            case when regexp_matches(lower(w.body::varchar), 'time[_ -]?d?[_ -]?out|시간 ?초과|타임아웃') then 'timeout' else 'error' end
        )
        else w.status
    end) as status,
    to_json(json_text(w.g_error_type)) as error_type,
    to_json(json_text(case when not no_error(w.error) and w.turn is distinct from 'retry' then w.error end)) as error_message,
    case when w.code between 100 and 599 then to_json(w.code) end as http_status,
    -- a count of retries is one less than the number of the attempt
    to_json(case
        when w.in_turns then w.all_tries
        when getvariable('attempt_from_zero') then json_count(w.tries) + 1
        else json_integer(w.tries)
    end) as attempt,
    case w.fallback_told
        when 'true' then 'true'::json
        when 'false' then null
        when '0' then null
        when '1' then 'true'::json
        else w.g_fallback
    end as fallback,
    coalesce(
        w.g_provider,
        case when contains(json_string(w.model), '/') then to_json(split_part(json_string(w.model), '/', 1)) end
    ) as provider,
    w.g_model_requested as model_requested,
    to_json(json_text(w.model)) as model,
    json_text(w.g_input) as input,
    json_text(w.g_output) as output,
    case
        when contains(w.g_output_format::varchar, 'json') then '"json"'::json
        else w.g_output_format
    end as output_format,
    w.g_finish_reason as finish_reason,
    whole_input(w.asked_tokens, w.read_tokens, w.written_tokens) as input_tokens,
    loose_count(w.g_output_tokens) as output_tokens,
    w.read_tokens as cache_read_tokens,
    w.written_tokens as cache_write_tokens,
    loose_count(w.g_reasoning_tokens) as reasoning_tokens,
    loose_dollars(w.g_cost_usd) as cost_usd,
    loose_number(w.g_temperature) as temperature,
    loose_number(w.g_seed) as seed,
    to_json(loose_cache(w.cache_told)) as cache_status,
    to_json(json_text(w.g_cache_key)) as cache_key,
    loose_number(w.g_cache_age_s) as cache_age_s,
    loose_number(w.g_cache_ttl_s) as cache_ttl_s,
    coalesce(to_json(len(w.found)), loose_number(w.g_retrieval_hits)) as retrieval_hits,
    loose_number(w.g_retrieval_top_score) as retrieval_top_score,
    to_json(w.found) as retrieval_documents,
    case when json_list_leaf(w.cited) is not null then
        to_json(list_transform(json_extract(w.cited, '$[*]'), lambda d: document_of(d).id))
    end as citations,
    to_json(json_text(w.g_idempotency_key)) as idempotency_key,
    to_json(json_text(w.g_tenant)) as tenant,
    to_json(json_text(w.g_user)) as "user",
    to_json(json_text(w.g_session)) as session,
    to_json(json_text(w.g_region)) as region,
    to_json(json_text(w.g_locale)) as locale,
    to_json(json_text(w.g_client)) as client,
    to_json(json_text(w.g_prompt_version)) as prompt_version,
    to_json(json_text(w.g_app_version)) as app_version,
    to_json(json_text(w.g_index_version)) as index_version,
    to_json(arm_word(json_string(w.g_arm))) as arm,
    case
        when json_list_leaf(w.scored) is not null then w.scored
        when loose_score(w.score_told) is not null then
            to_json([{'name': getvariable('score_name'), 'value': loose_score(w.score_told), 'source': 'log'}])
    end as scores,
    case
        when w.turn = 'retry' then json_object('retry', w.body)
        when w.unread = '{}' then w.rest
        else merged(w.rest, w.unread)::json
    end as attributes
from unread as w
inner join intake.files as f on w.file = f.file
