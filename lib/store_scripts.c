/*
 * The scripts: each checks everything before it writes anything, so that a
 * refusal leaves the group as it was.  All keys of a call carry the group's
 * hash tag and are given as KEYS.
 *
 * They answer {code, number}; the codes are those of outcomes[] in store_calls.c.
 */
#include "lib/store_parts.h"

const char *const store_script_texts[STORE_SCRIPTS] = {
	/*
	 * KEYS lease, fence; ARGV token, fence (0: take), life.  The fence
	 * outlives the lease, and with it the token of the last taking.
	 */
	[SCRIPT_LEASE] =
	    "local holder = redis.call('GET', KEYS[1])\n"
	    "if holder and holder ~= ARGV[1] then return {1, 0} end\n"
	    "local fence = tonumber(redis.call('GET', KEYS[2]) or '0')\n"
	    "if ARGV[2] ~= '0' then\n"
	    "  if tonumber(ARGV[2]) ~= fence then return {1, 0} end\n"
	    "elseif not holder then\n"
	    "  fence = redis.call('INCR', KEYS[2])\n"
	    "end\n"
	    "redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])\n"
	    "return {0, fence}\n",

	/* KEYS lease; ARGV token. */
	[SCRIPT_UNLEASE] = "if redis.call('GET', KEYS[1]) == ARGV[1] then\n"
			   "  redis.call('DEL', KEYS[1])\n"
			   "end\n"
			   "return {0, 0}\n",

	/* KEYS lease, meta; ARGV token, our version. */
	[SCRIPT_SCHEMA] =
	    "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {1, 0} end\n"
	    "local is = redis.call('HGET', KEYS[2], 'schema')\n"
	    "if not is then\n"
	    "  redis.call('HSET', KEYS[2], 'schema', ARGV[2])\n"
	    "  return {0, 0}\n"
	    "end\n"
	    "is = tonumber(is)\n"
	    "if not is or is > tonumber(ARGV[2]) then return {4, is or 0} end\n"
	    "return {0, is}\n",

	/*
	 * KEYS lease, then the keys written; ARGV token, then three for each
	 * write: kind and index of its key, field, value.
	 */
	[SCRIPT_COMMIT] =
	    "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {1, 0} end\n"
	    "for i = 2, #ARGV, 3 do\n"
	    "  local kind = string.sub(ARGV[i], 1, 1)\n"
	    "  local key = KEYS[tonumber(string.sub(ARGV[i], 2))]\n"
	    "  if kind == 'E' then\n"
	    "    local is = redis.call('HGET', key, ARGV[i + 1]) or ''\n"
	    "    if is ~= ARGV[i + 2] then return {2, 0} end\n"
	    "  elseif kind == 'T' or kind == 'R' then\n"
	    "    if not string.match(ARGV[i + 2], '^%d+%-%d+$') then\n"
	    "      return redis.error_reply('not a stream id')\n"
	    "    end\n"
	    "  end\n"
	    "end\n"
	    "for i = 2, #ARGV, 3 do\n"
	    "  local kind = string.sub(ARGV[i], 1, 1)\n"
	    "  local key = KEYS[tonumber(string.sub(ARGV[i], 2))]\n"
	    "  if kind == 'S' then\n"
	    "    redis.call('HSET', key, ARGV[i + 1], ARGV[i + 2])\n"
	    "  elseif kind == 'U' then\n"
	    "    redis.call('HDEL', key, ARGV[i + 1])\n"
	    "  elseif kind == 'A' then\n"
	    "    redis.call('XADD', key, '*', 'd', ARGV[i + 2])\n"
	    "  elseif kind == 'T' then\n"
	    "    redis.call('XTRIM', key, 'MINID', ARGV[i + 2])\n"
	    "  elseif kind == 'R' then\n"
	    "    redis.call('XDEL', key, ARGV[i + 2])\n"
	    "  end\n"
	    "end\n"
	    "return {0, 0}\n",

	/*
	 * KEYS in, spools, appended, meta; ARGV agent, spool, from_seq, seq,
	 * most unread entries, envelope.  An agent's field is "spool seq spool
	 * seq", the one heard last first.  A repeat is written down as well, so
	 * that WAIT has something of this connection to wait for.  What is
	 * unread is what was ever appended less what was ever evaluated; a
	 * short stream need not be asked about it.  Of the two a damaged one
	 * counts for nothing: "appended" begins anew where "evaluated" is.
	 */
	[SCRIPT_INGEST] =
	    "local line = redis.call('HGET', KEYS[2], ARGV[1]) or ''\n"
	    "local s1, q1, s2, q2 =\n"
	    "  string.match(line, '^(%w+) (%d+) ?(%w*) ?(%d*)$')\n"
	    "if s1 ~= ARGV[2] then s1, q1, s2, q2 = s2, q2, s1, q1 end\n"
	    "local last = 0\n"
	    "if s1 == ARGV[2] then last = tonumber(q1) end\n"
	    "local from, seq = tonumber(ARGV[3]), tonumber(ARGV[4])\n"
	    "if seq > last then\n"
	    "  if from > last + 1 then return {2, last} end\n"
	    "  local most = tonumber(ARGV[5])\n"
	    "  if redis.call('XLEN', KEYS[1]) >= most then\n"
	    "    local all = redis.call('GET', KEYS[3]) or '0'\n"
	    "    local read = redis.call('HGET', KEYS[4], 'evaluated') or "
	    "'0'\n"
	    "    if (tonumber(all) or 0) - (tonumber(read) or 0) >= most then\n"
	    "      return {3, last}\n"
	    "    end\n"
	    "  end\n"
	    "  last = seq\n"
	    "  redis.call('XADD', KEYS[1], '*', 'd', ARGV[6])\n"
	    "  local all = redis.pcall('INCR', KEYS[3])\n"
	    "  if type(all) ~= 'number' then\n"
	    "    local read = redis.call('HGET', KEYS[4], 'evaluated')\n"
	    "    redis.call('SET', KEYS[3], string.format('%.0f', "
	    "(tonumber(read) or 0) + 1))\n"
	    "  end\n"
	    "end\n"
	    "line = ARGV[2] .. ' ' .. string.format('%.0f', last)\n"
	    "if s2 and s2 ~= '' then line = line .. ' ' .. s2 .. ' ' .. q2 "
	    "end\n"
	    "redis.call('HSET', KEYS[2], ARGV[1], line)\n"
	    "return {0, last}\n",
};
