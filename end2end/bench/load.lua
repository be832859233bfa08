-- What wrk sends, and what it tells at the end: one line of JSON. Arguments after `--`: the key, the bytes of a body to
-- post or the path of a file with it, and further headers: `Name: value`.
function init(arguments)
    wrk.headers["X-API-Key"] = arguments[1]
    local bytes = tonumber(arguments[2] or "0")
    if not bytes then
        wrk.method = "POST"
        wrk.body = assert(io.open(arguments[2], "rb")):read("*a")
    elseif bytes > 0 then
        wrk.method = "POST"
        wrk.body = string.rep("x", bytes)
    end
    for at = 3, #arguments do
        local name, value = arguments[at]:match("^([^:]+): (.*)$")
        wrk.headers[name] = value
    end
end

function done(summary, latency, requests)
    local errors = summary.errors
    io.write(string.format(
        'RESULT {"calls":%d,"seconds":%.6f,"p50_us":%d,"p99_us":%d,"p999_us":%d,"failed":%d}\n',
        summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(99), latency:percentile(99.9),
        errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
