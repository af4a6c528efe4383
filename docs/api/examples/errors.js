import errors from 'socket:errors'

export const about = {
  'INDEX_*': 'The `code` of an error of that name, as DOMException numbers them.',
  'NOT_*': 'The `code` of an error of that name, as DOMException numbers them.',
  'INVALID_*': 'The `code` of an error of that name, as DOMException numbers them.',
  'SECURITY_*': 'The `code` of an error of that name, as DOMException numbers them.',
  'NETWORK_*': 'The `code` of an error of that name, as DOMException numbers them.',
  'ABORT_*': 'The `code` of an error of that name, as DOMException numbers them.',
  'TIMEOUT_*': 'The `code` of an error of that name, as DOMException numbers them.',
  'OPERATION_*': 'The `code` of an error of that name, as DOMException numbers them.',
  'ENCODING_*': 'The `code` of an error of that name, as DOMException numbers them.',
  kInternalErrorCode: 'Where an InternalError keeps its code.',
  BadRequestError: 'A call that says something impossible.',
  EncodingError: 'Text or bytes that are not what they should be.',
  FinalizationRegistryCallbackError: 'A clean-up that failed.',
  IllegalConstructorError: 'A class that only the library may instantiate.',
  IndexSizeError: 'An index that is out of range.',
  InvalidAccessError: 'An object that cannot be used so.',
  NetworkError: 'The network failed.',
  NotAllowedError: 'The user or the system does not allow it.',
  NotFoundError: 'What was asked for is not there.',
  NotSupportedError: 'This system cannot do it.',
  OperationError: 'It failed for a reason of its own.',
  SecurityError: 'Policy does not allow it.',
  TimeoutError: 'It took too long.'
}

/** @for AbortError */
export function aborted () {
  const error = new errors.AbortError('the user has changed their mind')
  console.log(error.name) // → AbortError
}
