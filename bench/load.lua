-- What wrk sends. Each thread goes round among its own half of the people, so that each connection is another person.
-- The plan (load.py) is a Lua file: what kind of requests, whose tokens, how many tasks, and which server else.

local threads = {}

function setup(thread)
  thread:set("place", #threads)
  table.insert(threads, thread)
end

local function http(method, path, body, more)
  local head = method .. " " .. path .. " HTTP/1.1\r\nHost: 127.0.0.1\r\n" .. (more or "")
  if body then
    head = head .. "Content-Type: application/json\r\nContent-Length: " .. #body .. "\r\n"
  end
  return head .. "\r\n" .. (body or "")
end

local plan, people, turn, sent = nil, {}, 0, 0
local TASKS = "/api/v1/tasks"
local NEW = '{"title": "Sweep the hall", "description": "As said on the telephone."}'

local kinds = {
  list = function(person) return http("GET", TASKS .. "?limit=50", nil, person.token) end,
  list_large = function(person) return http("GET", TASKS .. "?limit=10000", nil, person.token) end,
  read = function(person) return http("GET", TASKS .. plan.query, nil, person.token) end,
  search = function(person) return http("GET", TASKS .. "?limit=50&q=" .. plan.search, nil, person.token) end,
  get = function(person) return http("GET", TASKS .. "/" .. math.random(plan.tasks), nil, person.token) end,
  create = function(person) return http("POST", TASKS, NEW, person.token) end,
  create_key = function(person)
    sent = sent + 1
    local key = "Idempotency-Key: bench-" .. plan.run .. "-" .. place .. "-" .. sent .. "\r\n"
    return http("POST", TASKS, NEW, person.token .. key)
  end,
  update = function(person)
    return http("PATCH", TASKS .. "/" .. math.random(plan.tasks), '{"title": "Sweep the hall"}', person.token)
  end,
  toggle = function(person)
    return http("POST", TASKS .. "/" .. math.random(plan.tasks) .. "/toggle", nil, person.token .. "Content-Length: 0\r\n")
  end,
  delete = function(person)
    person.deleted = person.deleted + 1
    return http("DELETE", TASKS .. "/" .. (100000 + person.deleted), nil, person.token)
  end,
  batch = function(person) return http("POST", TASKS .. "/batch", plan.batch, person.token) end,
  login = function(person)
    return http("POST", "/api/auth/login", '{"email": "' .. person.email .. '", "password": "' .. plan.password .. '"}')
  end,
  bare = function() return http("GET", "/") end,
}
kinds.search_large = kinds.search

local drawn = {}
function kinds.mix(person)
  return kinds[drawn[math.random(#drawn)]](person)
end

function init(args)
  plan = dofile(args[1])
  if plan.second ~= "" and place % 2 == 1 then
    wrk.thread.addr = wrk.lookup("127.0.0.1", plan.second)[1]
  end
  math.randomseed(plan.run * 100 + place)
  for number, token in ipairs(plan.tokens) do
    if number % plan.threads == place then
      local person = { token = "Authorization: Bearer " .. token .. "\r\n", deleted = 0 }
      person.email = "person-" .. (number - 1) .. "@example.com"
      table.insert(people, person)
    end
  end
  for _, weighted in ipairs(plan.mix) do
    for _ = 1, weighted[2] do table.insert(drawn, weighted[1]) end
  end
end

function request()
  turn = turn % #people + 1
  return kinds[plan.kind](people[turn])
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  local counts = {}
  for number = 1, #latency do
    local micros, count = latency(number)
    counts[number] = string.format('"%d": %d', micros, count)
  end
  io.write(string.format(
    'RESULT {"requests": %d, "micros": %d, "errors": %d, "latencies": {%s}}\n',
    summary.requests, summary.duration, failed, table.concat(counts, ", ")))
end
