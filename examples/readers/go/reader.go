// Package mailbox reads the access token of one connection, cached for 5 minutes. Needs the AWS SDK for Go v2.
package mailbox

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

const cacheTime = 5 * time.Minute

type Reader struct {
	Client *secretsmanager.Client
	mutex  sync.Mutex
	token  string
	readAt time.Time
}

// AccessToken returns the cached token, or reads another one. After a 401, call it with fresh.
func (r *Reader) AccessToken(ctx context.Context, fresh bool) (string, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if !fresh && time.Since(r.readAt) < cacheTime {
		return r.token, nil
	}
	answer, err := r.Client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{
		SecretId: aws.String("token-refresher/connections/sales-mailbox"),
	})
	if err != nil {
		return "", err
	}
	var secret struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(aws.ToString(answer.SecretString)), &secret); err != nil {
		return "", err
	}
	r.token, r.readAt = secret.AccessToken, time.Now()
	return r.token, nil
}
