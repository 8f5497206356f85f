-- Posts what FOLDER/AGENT.bodies holds, for each agent on one kept
-- connection of a thread of its own: wrk -tN -cN -s feed.lua URL -- FOLDER
-- AGENT ...  A body begins with its length, eight digits.  When all of an
-- agent's are answered, FOLDER/AGENT.done says how many were not taken.
local count = 0

function setup(thread)
	count = count + 1
	thread:set("number", count)
end

function init(args)
	folder, agent = args[1], args[1 + number]
	bodies = io.open(folder .. "/" .. agent .. ".bodies", "rb")
	headers = { ["Authorization"] = "Bearer token-of-" .. agent }
	refused = 0
	advance()
end

function advance()
	local length = bodies:read(8)
	body = length and bodies:read(tonumber(length))
end

function request()
	return wrk.format("POST", "/agent/v1/results", headers, body or "")
end

function response(status)
	if status ~= 200 then
		refused = refused + 1
	end
	advance()
	if not body then
		local done = io.open(folder .. "/" .. agent .. ".done", "w")
		done:write(refused)
		done:close()
		wrk.thread:stop()
	end
end
