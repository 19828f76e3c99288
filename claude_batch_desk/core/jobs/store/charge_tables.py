"""The tables of what was spent, and how they are filled with what earlier versions have spent."""

CHARGES = """
    -- What the service has charged, in lots as it came, kept though its job is removed. Jobs have
    -- the same number one after the other; `made` tells them apart. `cost` is '' where no price is
    -- known.
    CREATE TABLE charge (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        job INTEGER NOT NULL,
        made TEXT NOT NULL,
        name TEXT NOT NULL,
        mode TEXT NOT NULL,
        model TEXT NOT NULL,
        way TEXT NOT NULL,
        latency TEXT NOT NULL,
        batch_id TEXT NOT NULL,
        requests INTEGER NOT NULL,
        cost TEXT NOT NULL,
        at_once TEXT NOT NULL,
        bill TEXT NOT NULL
    );
    CREATE INDEX charge_by_job ON charge (job, made);
    CREATE INDEX charge_by_time ON charge (at);
    -- What a finished job was estimated at and has cost, kept though it is removed.
    CREATE TABLE settled (
        job INTEGER NOT NULL,
        made TEXT NOT NULL,
        name TEXT NOT NULL,
        at TEXT NOT NULL,
        mode TEXT NOT NULL,
        model TEXT NOT NULL,
        way TEXT NOT NULL,
        thinking INTEGER NOT NULL,
        low TEXT NOT NULL,
        expected TEXT NOT NULL,
        high TEXT NOT NULL,
        reckoned TEXT NOT NULL,
        billed TEXT NOT NULL,
        requests INTEGER NOT NULL,
        answered INTEGER NOT NULL,
        PRIMARY KEY (job, made)
    );
    -- Earlier versions used no cache, so a batch has cost half of what it would have at once. Costs
    -- are multiples of 1e-12 USD, which makes these sums exact.
    INSERT INTO charge (at, job, made, name, mode, model, way, latency, batch_id, requests, cost,
        at_once, bill)
    WITH lot AS (
        SELECT id>>32 AS job_id, batch_id, count(*) AS requests, sum(usage IS NULL) AS free,
            sum(usage IS NOT NULL AND cost='') AS unpriced,
            sum(CAST(round(cost*1e12) AS INTEGER)) AS pico,
            coalesce(sum(json_extract(usage, '$.input')), 0) AS input,
            coalesce(sum(json_extract(usage, '$.output')), 0) AS output,
            coalesce(sum(json_extract(usage, '$.thinking')), 0) AS thinking
        FROM answer WHERE batch_id<>'' GROUP BY id>>32, batch_id
    ), paid AS (
        SELECT lot.*, iif(unpriced, '', printf('%d.%012d', pico/1000000000000, pico%1000000000000))
            AS cost, pico*iif(batch_id='now', 1, 2) AS pico_at_once FROM lot
    ), told AS (
        SELECT paid.*, iif(unpriced, '0', printf('%d.%012d', pico_at_once/1000000000000,
            pico_at_once%1000000000000)) AS at_once FROM paid
    )
    SELECT coalesce(part.ended_at, job.ended_at, job.sent_at, job.created_at), job.id,
        job.created_at, job.name, job.mode, coalesce(json_extract(job.model, '$.id'), ''),
        iif(told.batch_id='now', 'now', 'batch'), '', iif(told.batch_id='now', '', told.batch_id),
        told.requests, told.cost, told.at_once, json_object(
            'requests', told.requests, 'free', free,
            'input', json_object('tokens', input, 'usd', '0'),
            'output', json_object('tokens', output, 'usd', '0'),
            'thinking', json_object('tokens', thinking, 'usd', '0'),
            'unsplit', iif(unpriced, '0', told.cost), 'at_once', told.at_once)
    FROM told JOIN job ON job.id=told.job_id
    LEFT JOIN part ON part.job_id=job.id AND part.batch_id=told.batch_id;
    -- What a trial has cost was not kept; it is priced when somebody looks.
    INSERT INTO charge (at, job, made, name, mode, model, way, latency, batch_id, requests, cost,
        at_once, bill)
    WITH reply AS (
        SELECT trial.*, iif(json_valid(CAST(raw AS TEXT)), CAST(raw AS TEXT), '{}') AS message
        FROM trial
    )
    SELECT tried_at, job.id, job.created_at, job.name, job.mode,
        coalesce(json_extract(message, '$.model'), ''), 'trial', '', '', 1,
        '', '0', json_object(
            'requests', 1,
            'free', json_extract(message, '$.stop_reason') IS 'refusal'
                AND coalesce(json_array_length(message, '$.content'), 0)=0,
            'input', json_object(
                'tokens', coalesce(json_extract(message, '$.usage.input_tokens'), 0), 'usd', '0'),
            'output', json_object(
                'tokens', coalesce(json_extract(message, '$.usage.output_tokens'), 0), 'usd', '0'),
            'thinking', json_object('tokens', coalesce(json_extract(message,
                '$.usage.output_tokens_details.thinking_tokens'), 0), 'usd', '0'))
    FROM reply JOIN job ON job.id=reply.job_id;
    INSERT INTO settled
    SELECT job.id, job.created_at, job.name, coalesce(job.ended_at, job.sent_at), job.mode,
        coalesce(json_extract(job.model, '$.id'), ''), job.way,
        instr(job.recipe, char(10) || 'thinking = true') > 0,
        json_extract(job.estimate, '$.' || job.way || '.low'),
        json_extract(job.estimate, '$.' || job.way || '.expected'),
        json_extract(job.estimate, '$.' || job.way || '.high'),
        json_extract(job.estimate, '$.' || job.way || '.expected'), paid.usd,
        job.requests - coalesce(json_extract(job.estimate, '$.already_answered'), 0), paid.requests
    FROM job JOIN (
        SELECT id>>32 AS job_id, sum(usage IS NOT NULL) AS requests, printf('%d.%012d',
            sum(CAST(round(cost*1e12) AS INTEGER))/1000000000000,
            sum(CAST(round(cost*1e12) AS INTEGER))%1000000000000) AS usd
        FROM answer WHERE batch_id<>'' GROUP BY id>>32
        HAVING sum(usage IS NOT NULL AND cost='')=0
    ) AS paid ON paid.job_id=job.id
    WHERE job.state='done' AND json_valid(job.estimate);
"""
