// Reads the access token of one connection, cached for 5 minutes. Needs the package AWSSDK.SecretsManager.

using System.Text.Json;
using Amazon.SecretsManager;
using Amazon.SecretsManager.Model;

public sealed class SalesMailbox
{
    private const string Secret = "token-refresher/connections/sales-mailbox";
    private static readonly TimeSpan CacheTime = TimeSpan.FromMinutes(5);
    private readonly AmazonSecretsManagerClient client = new();
    private string? token;
    private DateTimeOffset readAt;

    public async Task<string> AccessTokenAsync() =>
        token is not null && DateTimeOffset.UtcNow - readAt < CacheTime ? token : await FreshAccessTokenAsync();

    /// <summary>After a 401.</summary>
    public async Task<string> FreshAccessTokenAsync()
    {
        var answer = await client.GetSecretValueAsync(new GetSecretValueRequest { SecretId = Secret });
        using var json = JsonDocument.Parse(answer.SecretString);
        token = json.RootElement.GetProperty("access_token").GetString()!;
        readAt = DateTimeOffset.UtcNow;
        return token;
    }
}
