// What Entra says with a code. Words in braces are filled in; user names stand where the real texts have them.

export type Words = Readonly<Record<string, string>>

const texts = new Map([
  [50011, "The redirect URI '{name}' specified in the request does not match those of the application '{client}'."],
  [500011, 'The resource principal named {name} was not found in the tenant.'],
  [500112, 'The reply address does not match the reply address provided when requesting Authorization code.'],
  [500121, 'Authentication failed during strong authentication request.'],
  [501481, 'The Code_Verifier does not match the code_challenge supplied in the authorization request.'],
  [501491, 'The code challenge method must be S256.'],
  [50012, 'Authentication failed: the client assertion was not accepted.'],
  [50020, "User account '{user}' does not exist in tenant '{tenant}' and cannot access the application '{client}'."],
  [50034, 'The user account {user} does not exist in the {tenant} directory. The account must be added first.'],
  [50053, "The account '{user}' is locked, you've tried to sign in too many times with an incorrect password."],
  [50055, "The password of '{user}' is expired."],
  [50057, "The user account '{user}' is disabled."],
  [50058, 'A silent sign-in request was sent but no user is signed in.'],
  [50059, 'No tenant-identifying information found in either the request or implied by any provided credentials.'],
  [50076, 'Due to a configuration change made by your administrator, you must use multi-factor authentication.'],
  [50105, "The signed in user '{user}' is not assigned to a role for the application '{client}'."],
  [50126, 'Error validating credentials due to invalid username or password.'],
  [50128, "Invalid domain name '{name}': no tenant-identifying information found."],
  [
    50173,
    "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user '{user}' might " +
      "have changed or reset their password. The grant was issued on '{issued}' and the TokensValidFrom date " +
      "(before which tokens are not valid) for this user is '{validFrom}'.",
  ],
  [50194, "Application '{client}' is not configured as a multi-tenant application."],
  [50196, 'The server terminated an operation because it encountered a client request loop.'],
  [53003, 'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.'],
  [530035, 'Access has been blocked by security defaults.'],
  [530036, 'The refresh token is invalid due to authentication flow checks by Conditional Access.'],
  [54005, 'OAuth2 Authorization code was already redeemed, please retry with a new valid code.'],
  [65001, "The user or administrator has not consented to use the application with ID '{client}'."],
  [65004, 'User declined to consent to access the app.'],
  [70000, 'Provided grant is invalid or malformed.'],
  [70003, "The app requested an unsupported grant type '{name}'."],
  [70005, "The app requested an unsupported response type '{name}'."],
  [70007, "'{name}' is not a supported value of response_mode."],
  [700005, 'Provided authorization code is intended to use against other tenant, thus rejected.'],
  [70008, 'The provided authorization code or refresh token has expired due to inactivity.'],
  [700082, "The refresh token has expired due to inactivity. It was issued on '{issued}' and was inactive for {days}."],
  [70011, "The provided value for the input parameter 'scope' is not valid. The scope {name} is not valid."],
  [700016, "Application with identifier '{client}' was not found in the directory '{tenant}'."],
  [70016, 'OAuth 2.0 device flow error. Authorization is pending. Continue polling.'],
  [70018, 'Invalid verification code: user entered wrong user code for device code flow.'],
  [70019, 'Verification code expired. Have the user retry the sign-in.'],
  [700022, 'The provided value for the input parameter scope contains more than one resource.'],
  [700025, 'Client is public so neither client_assertion nor client_secret should be presented.'],
  [7000112, "Application '{client}' is disabled."],
  [7000215, "Invalid client secret provided. Ensure it is the secret's value, not its ID, for app '{client}'."],
  [7000218, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."],
  [7000222, "The provided client secret keys for app '{client}' are expired."],
  [90002, "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID."],
  [900023, "Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain."],
  [900144, "The request body must contain the following parameter: '{name}'."],
  [9001023, 'The grant type is not supported over the /common or /consumers endpoints.'],
  [90033, 'A transient error has occurred. Please try again.'],
  [90055, 'Throttling error: there are too many requests incoming from the tenant.'],
  [900561, 'The endpoint only accepts POST requests. Received a {name} request.'],
  [90094, 'Admin consent is required for the permissions requested by this application.'],
  [9002313, 'Invalid request. Request is malformed or invalid.'],
  [9002332, "Application '{client}' is configured for use by Microsoft Entra ID users only."],
])

const unknownCode = "The request of user '{user}' to the application '{client}' could not be completed."

export const describe = (code: number, words: Words): string =>
  (texts.get(code) ?? unknownCode).replace(/\{(\w+)\}/g, (_, word: string) => words[word] ?? '{EUII Hidden}')
