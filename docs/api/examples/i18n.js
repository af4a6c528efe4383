import i18n from 'socket:i18n'

export const about = {
  Message: 'One text of a language.',
  Messages: 'All texts of a language, by name.'
}

/** Puts texts where the files of an app would. */
export function before () {
  i18n.cache.set('de', {
    greeting: { message: 'Hallo, $NAME$', placeholders: { name: { content: '$1' } }, description: 'Above the list' }
  })
}

/** A text in the user's language. */
export function getMessage () {
  console.log(i18n.getMessage('greeting', ['Ada'], { locale: 'de' })) // → Hallo, Ada
}

/** What a text is for, as its author wrote it for translators. */
export function getMessageDescription () {
  console.log(i18n.getMessageDescription('greeting', { locale: 'de' })) // → Above the list
}

/** The texts for a language, the closest first. */
export function getMessagesForLocale () {
  console.log(i18n.getMessagesForLocale('de-AT').length) // → 1
}

/** The languages that the user reads. */
export function getAcceptLanguages () {
  console.log(Array.isArray(i18n.getAcceptLanguages())) // → true
}

/** The language of the desktop. */
export function getUILanguage () {
  console.log(typeof (i18n.getUILanguage() ?? '')) // → string
}
