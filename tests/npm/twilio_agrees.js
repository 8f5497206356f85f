/*
 * Does Twilio's own library agree with us?  What it signs is good here, what
 * we sign is good there, and what we say is what it would say.
 *
 *	node twilio_agrees.js PROGRAM
 *
 * The program (tests/unit/test_twilio_sign) reads lines and answers each with
 * one.  Speaks TAP.
 */
'use strict';

const { spawnSync } = require('child_process');
const twilio = require('twilio');

const TOKEN = '12345';
const program = process.argv[2];
let number = 0, bad = 0;

function ok(good, what, why) {
	console.log(`${good ? 'ok' : 'not ok'} ${++number} - ${what}`);
	if (!good) {
		console.log(`# ${why}`);
		bad++;
	}
}

function ask(mode, lines) {
	const r = spawnSync(program, [mode, TOKEN], { input:
		lines.map((l) => l + '\n').join(''), encoding: 'utf8' });

	if (r.status !== 0)
		throw new Error(`${program} ${mode}: ${r.status} ${r.stderr}`);
	return r.stdout.split('\n').slice(0, -1);
}

/* The same numbers each time. */
let seed = 20261123;
function roll(count) {
	seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
	return (seed >>> 8) % count;
}
function pick(list) {
	return list[roll(list.length)];
}

const WORDS = ['a', 'A', 'To', 'From', 'Body', 'Digits', '+64211234567', '',
	'a b', 'ä', 'P\u0101p\u0101moa', '\u{1f525}', 'x=y&z', '%41', '1234',
	'ErrorCode', 'a\nb', '~!*()\''];
const URLS = ['https://p.example/twilio/sms/sms',
	'https://p.example:443/twilio/sms/sms', 'http://p.example:80/x',
	'https://p.example:8443/x?a=1&b=2', 'http://127.0.0.1:8080/x/y?z'];

function params() {
	const all = {};

	for (let i = roll(8); i > 0; i--) {
		const name = pick(WORDS) || 'n';

		if (roll(4) === 0)
			all[name] = [pick(WORDS), pick(WORDS), pick(WORDS)];
		else
			all[name] = pick(WORDS);
	}
	return all;
}

function form(all) {
	return Object.entries(all).flatMap(([name, value]) =>
		[].concat(value).map((v) => encodeURIComponent(name) + '=' +
			encodeURIComponent(v).replace(/%20/g, '+'))).join('&');
}

const cases = Array.from({ length: 500 }, () => {
	const all = params(), url = pick(URLS);

	return { all, url, form: form(all) };
});

/* Both sign alike. */
const ours = ask('sign', cases.map((c) => `${c.url}\t${c.form}`));
const signedOtherwise = cases.filter((c, i) => ours[i] !==
	twilio.getExpectedTwilioSignature(TOKEN, c.url, c.all));
ok(ours.length === cases.length && signedOtherwise.length === 0,
	'both sign alike', JSON.stringify(signedOtherwise[0]));

/* What we sign is good there, and by no other key. */
const refused = cases.filter((c, i) =>
	!twilio.validateRequest(TOKEN, ours[i], c.url, c.all) ||
	twilio.validateRequest('12346', ours[i], c.url, c.all));
ok(refused.length === 0, 'what we sign is good there',
	JSON.stringify(refused[0]));

/* What it signs is good here, also when a proxy has changed the port; and
   not when anything else was. */
const other = (url) => url.replace('p.example/', 'p.example:443/')
	.replace('p.example:80/', 'p.example/');
const theirs = cases.map((c) =>
	twilio.getExpectedTwilioSignature(TOKEN, c.url, c.all));
const good = ask('check', cases.flatMap((c, i) => [
	`${theirs[i]}\t${c.url}\t${c.form}`,
	`${theirs[i]}\t${other(c.url)}\t${c.form}`,
	`${theirs[i]}\t${c.url}\t${c.form}${c.form ? '&' : ''}more=1`,
	`${theirs[i]}\t${c.url}x\t${c.form}`]));
const wrong = cases.filter((c, i) =>
	good.slice(4 * i, 4 * i + 4).join() !== 'good,good,bad,bad');
ok(good.length === 4 * cases.length && wrong.length === 0,
	'what it signs is good here', JSON.stringify(wrong[0]));

/* A body that is no form. */
const body = '{"property": "value", "boolean": true}';
const hashed = 'https://p.example/x?bodySHA256=' +
	require('crypto').createHash('sha256').update(body).digest('hex');
const [mine] = ask('sign', [`${hashed}\t-`]);
ok(twilio.validateRequestWithBody(TOKEN, mine, hashed, body),
	'a body is good there', mine);
ok(!twilio.validateRequestWithBody(TOKEN, mine, hashed, body + ' '),
	'and another is not', mine);

/* What is said is what its own builder says. */
const plain = (xml) => xml.replace(/\n/g, '')
	.replace(/&quot;/g, '"').replace(/&#39;/g, "'");
const texts = ['You have it, since 11:02 NZDT.', '<Dial>+1</Dial> & "x" \'y\'',
	'P\u0101p\u0101moa \u{1f525}', ']]>'];
const said = ask('twiml', texts);
texts.forEach((text, i) => {
	const r = new twilio.twiml.MessagingResponse();

	r.message(text);
	ok(plain(said[i]) === plain(r.toString()), `says ${text}`,
		`${said[i]} and not ${r.toString()}`);
});
const [silent] = ask('twiml', ['']);
ok(silent.endsWith('<Response></Response>'), 'says nothing', silent);

console.log(`1..${number}`);
process.exit(bad > 0 ? 1 : 0);
