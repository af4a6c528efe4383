import language, { codes, describe, descriptions, LanguageDescription, LanguageQueryResult, lookup, names, tags } from 'socket:language'
import { test } from 'socket:test'

test('language: names, codes and tags belong together', (t) => {
  t.equal(names.length, codes.length, 'a name for each code')
  t.equal(new Set(codes).size, codes.length, 'each code once')
  t.ok(codes.length > 180 && codes.every((code) => /^[a-z]{2}$/.test(code)), 'codes of two letters')
  t.equal(names[codes.indexOf('de')], 'German', 'a name')
  t.ok(tags.contains('pt-BR') && tags.has('zh-Hant-TW'), 'tags')
  t.deepEqual([...tags].filter((tag) => !/^[a-z]{2}(-[A-Z][a-z]{3})?-[A-Z]{2}$/.test(tag)), [], 'language, script, region')
  t.ok(descriptions.has('Portuguese (Brazil)'), 'descriptions')
  t.equal(language.lookup, lookup, 'default')
})

test('language: lookup', (t) => {
  const found = /** @type {LanguageQueryResult[]} */ (lookup('en'))
  t.ok(found[0] instanceof LanguageQueryResult, 'results of their class')
  t.deepEqual([found[0].code, found[0].name, found[0].tags.includes('en-GB')], ['en', 'English', true], 'by code')
  t.deepEqual(lookup('german')?.map(({ code }) => code), ['de'], 'by name, whatever its case')
  t.deepEqual(lookup('pt_br', { strict: true })?.map(({ code }) => code), ['pt'], 'by tag')
  t.ok((lookup('s')?.length ?? 0) > 10, 'by a beginning')
  t.equal(lookup('s', { strict: true }), null, 'strict')
  t.deepEqual([lookup(''), lookup('xx'), describe('xx')], [null, null, null], 'nothing')
  t.equal(JSON.stringify(lookup('is', { strict: true })), '[{"code":"is","name":"Icelandic","tags":["is-IS"]}]', 'as JSON')
})

test('language: describe', (t) => {
  const [one] = /** @type {LanguageDescription[]} */ (describe('en-US'))
  t.ok(one instanceof LanguageDescription, 'of its class')
  t.deepEqual(one.toJSON(), { code: 'en', tag: 'en-US', description: 'English (United States)' }, 'a tag')
  t.deepEqual(describe('de')?.map(({ tag }) => tag).includes('de-CH'), true, 'a code')
  t.equal(describe('en-'), null, 'strict by itself')
  t.ok((describe('en-', { strict: false })?.length ?? 0) > 5, 'or not')
})
