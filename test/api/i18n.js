import i18n, { cache, getAcceptLanguages, getMessage, getMessageDescription, getMessagesForLocale, getUILanguage, LanguageCode } from 'socket:i18n'
import { test } from 'socket:test'

cache.set('qaa', {
  greeting: { message: 'Hello, $NAME$! $NAME$ has $COUNT$ of $2, for $$5.', placeholders: { name: { content: '$1' }, Count: { content: '<$2$$>' } }, description: 'Said at the start' },
  plain: { message: 'Plain' },
  gap: { message: '[$1][$9][$UNKNOWN$]' }
})
cache.set('qaa-XA', { plain: { message: 'Another' } })

test('i18n: messages and what stands for their placeholders', (t) => {
  const at = { locale: 'qaa' }
  t.equal(getMessage('plain', [], at), 'Plain', 'plain')
  t.equal(getMessage('PLAIN', [], at), 'Plain', 'whatever the case')
  t.equal(getMessage('greeting', ['Ada', '3'], at), 'Hello, Ada! Ada has <3$> of 3, for $5.', 'by number')
  t.equal(getMessage('greeting', 'Ada', at), 'Hello, Ada! Ada has <$> of , for $5.', 'one')
  t.equal(getMessage('greeting', { name: 'Ada', count: 3 }, at), 'Hello, Ada! Ada has 3 of 3, for $5.', 'by name')
  t.equal(getMessage('gap', ['$1$2'], at), '[$1$2][][]', 'what is put in is text')
  t.equal(getMessage('missing', [], at), null, 'missing')
  t.throws(() => getMessage(/** @type {any} */ (5)), /must be a string/, 'no name')
  t.equal(getMessage('constructor', [], at), null, 'nothing that is inherited')
})

test('i18n: the closest language that has the message', (t) => {
  t.equal(getMessage('plain', [], { locale: 'qaa-XA' }), 'Another', 'its own')
  t.equal(getMessage('plain', [], { locale: 'qaa_XA' }), 'Another', 'in the other spelling')
  t.equal(getMessageDescription('greeting', { locale: 'qaa-XA' }), 'Said at the start', 'that of the language')
  t.equal(getMessageDescription('plain', { locale: 'qaa' }), null, 'none')
  t.equal(getMessagesForLocale('qaa-XA').length, 2, 'both')
})

test('i18n: languages', (t) => {
  t.ok(LanguageCode.contains('de') && LanguageCode.contains('en-GB'), 'codes')
  t.ok(getUILanguage() === null || typeof getUILanguage() === 'string', 'of the desktop')
  t.ok(Array.isArray(getAcceptLanguages()), 'of the user')
  t.equal(i18n.getMessage, getMessage, 'default')
})
