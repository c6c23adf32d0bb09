// Generated from src/schema by `cargo run --no-default-features --example generate`. Do not edit.

/** The events, host → plugin. */
export const EVENTS = Object.freeze(/** @type {const} */ ([
  'incoming_call',
  'contact_updated',
  'call_started',
  'on_hold',
  'off_hold',
  'call_ended',
  'reject_call',
  'outgoing_call',
  'transfer_call',
  'missed_call',
  'add_connection',
  'conference_connections',
  'end_connection',
  'toggle_connections',
  'after_call_work',
  'after_call_work_end',
  'next_status',
]))

/** The messages of `sendMessage`. */
export const MESSAGES = Object.freeze(/** @type {const} */ ([
  'update_contact',
  'update_customer',
  'update_quick_connects',
  'transfer_call',
  'end_conference_call',
  'quick_connect',
  'show_notification',
  'show_popup_message',
]))

/** Every method on the wire, the messages included. */
export const METHODS = Object.freeze(/** @type {const} */ ([
  'update_contact',
  'update_customer',
  'update_quick_connects',
  'transfer_call',
  'end_conference_call',
  'quick_connect',
  'show_notification',
  'show_popup_message',
  'show_plugin',
  'hide_plugin',
  'set_title_tag',
  'get_user',
  'get_company_id',
  'get_contacts',
  'get_contact',
  '$snapshot',
  '$live',
]))

/** The methods that carry an idempotency key. */
export const KEYED_METHODS = Object.freeze(/** @type {const} */ ([
  'update_contact',
  'update_customer',
  'transfer_call',
  'end_conference_call',
  'quick_connect',
]))

/** What a plugin may be granted. */
export const SCOPES = Object.freeze(/** @type {const} */ ([
  'contact:read',
  'contact:write',
  'customer:write',
  'call:transfer',
  'call:control',
  'call:observe',
  'ui:notify',
  'ui:show',
  'agent:read',
]))

/** Where a plugin may live. */
export const PLUGIN_TYPES = Object.freeze(/** @type {const} */ ([
  'call',
  'default',
  'contact-log',
  'DPA',
  'nav',
  'always',
]))

/** The codes of `SmartAgentError`. */
export const ERROR_CODES = Object.freeze(/** @type {const} */ ([
  'E_BAD_REQUEST',
  'E_UNKNOWN_METHOD',
  'E_UNKNOWN_EVENT',
  'E_FORBIDDEN',
  'E_NOT_FOUND',
  'E_CONFLICT',
  'E_NO_CONTACT',
  'E_RATE_LIMITED',
  'E_TOO_LARGE',
  'E_OUTBOX_FULL',
  'E_OVERFLOW',
  'E_TIMEOUT',
  'E_OUTCOME_UNKNOWN',
  'E_CANCELLED',
  'E_CLOSED',
  'E_IDEMPOTENCY_CONFLICT',
  'E_NOT_READY',
  'E_NOT_EMBEDDED',
  'E_NO_HOST',
  'E_ORIGIN',
  'E_AUTH',
  'E_VERSION',
  'E_TLS',
  'E_PROTOCOL',
  'E_UNAVAILABLE',
  'E_INTERNAL',
]))

/** The codes after which the same call may succeed. */
export const RETRYABLE_CODES = Object.freeze(/** @type {const} */ ([
  'E_RATE_LIMITED',
  'E_OUTBOX_FULL',
  'E_TIMEOUT',
  'E_OUTCOME_UNKNOWN',
  'E_NO_HOST',
  'E_UNAVAILABLE',
  'E_INTERNAL',
]))
