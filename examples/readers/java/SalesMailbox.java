// Reads the access token of one connection, cached for 5 minutes. Needs the AWS SDK for Java 2.x, and Jackson for the JSON.

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

public final class SalesMailbox {
    private static final String SECRET = "token-refresher/connections/sales-mailbox";
    private static final Duration CACHE_TIME = Duration.ofMinutes(5);
    private final SecretsManagerClient client = SecretsManagerClient.create();
    private final ObjectMapper json = new ObjectMapper();
    private String token;
    private Instant readAt = Instant.EPOCH;

    public synchronized String accessToken() throws Exception {
        return Instant.now().isBefore(readAt.plus(CACHE_TIME)) ? token : freshAccessToken();
    }

    /** After a 401. */
    public synchronized String freshAccessToken() throws Exception {
        String secret = client.getSecretValue(request -> request.secretId(SECRET)).secretString();
        token = json.readTree(secret).get("access_token").asText();
        readAt = Instant.now();
        return token;
    }
}
