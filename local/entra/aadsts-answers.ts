// The `error`, `suberror` and HTTP status of each AADSTS code. A code that is not listed has `invalid_grant` and 400.

const codesByError: Readonly<Record<string, readonly number[]>> = {
  access_denied: [50002, 500021, 500022, 65004, 500212, 500213],
  authorization_pending: [70016],
  bad_verification_code: [70018],
  consent_required: [90094, 90095, 90008],
  expired_token: [70019],
  interaction_required: [
    50005, 50058, 50072, 50074, 50078, 50079, 50097, 50125, 50129, 50131, 50135, 50137, 50142, 50158, 53000, 53001,
    53002, 53004, 700020, 50140, 50199, 500121, 53009, 53010, 530003, 530084,
  ],
  invalid_client: [
    50012, 50027, 500112, 65005, 650052, 650054, 650056, 650057, 70002, 70025, 700024, 700025, 700027, 700030, 700222,
    700229, 7000215, 7000216, 7000218, 7000222, 50146,
  ],
  invalid_instance: [50049],
  invalid_request: [
    50011, 50059, 50107, 50128, 50194, 501491, 65002, 70004, 70007, 70021, 700211, 700212, 700213, 7002131, 90002,
    900021, 900023, 90004, 90010, 9001023, 90013, 90014, 900144, 90019, 90023, 9002313, 9002332, 90038, 900382, 900432,
    90051, 900561, 90100, 901002, 1002016, 90009, 90124, 90130, 700009, 9002326, 9002327, 9002346, 1000104, 5000224,
    5000225,
  ],
  invalid_resource: [50001, 500011, 500014],
  invalid_scope: [1002012, 70011, 700022, 700023, 28002, 28003],
  server_error: [50000, 70012, 90036, 50086, 90092],
  temporarily_unavailable: [50033, 50087, 50088, 90006, 90012, 90024, 90033, 90055, 90090, 90091, 50166],
  unauthorized_client: [650059, 70001, 700011, 700016, 7000112, 7000114, 7000116, 90099],
  unsupported_grant_type: [70003],
  unsupported_response_type: [70005],
}

const errors = new Map(
  Object.entries(codesByError).flatMap(([error, codes]) => codes.map((code): [number, string] => [code, error])),
)

const suberrors = new Map([
  [50055, 'user_password_expired'],
  [50076, 'basic_action'],
  [50155, 'device_authentication_failed'],
  [50173, 'bad_token'],
  [500341, 'bad_token'],
  [53003, 'message_only'],
  [65001, 'consent_required'],
  [70043, 'token_expired'],
])

const statusByError = new Map([
  ['invalid_client', 401],
  ['server_error', 500],
  ['temporarily_unavailable', 503],
])

/** Only the throttling of a tenant has the status 429. */
const statusByCode = new Map([[90055, 429]])

export const errorOf = (code: number): string => errors.get(code) ?? 'invalid_grant'

export const suberrorOf = (code: number): string | undefined => suberrors.get(code)

export const statusOf = (code: number, error: string): number =>
  statusByCode.get(code) ?? statusByError.get(error) ?? 400
