package org.mococxr.artifacts;

import java.net.URI;
import org.mococxr.testkit.S3Server;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** Stores in a bucket of a test's S3 server. */
public final class S3Stores {
  private S3Stores() {}

  /**
   * A store with a client of its own, which it closes.
   *
   * @param base in a bucket that is there
   */
  public static S3ArtifactStore on(S3Server server, URI base) {
    S3Client client =
        S3Client.builder()
            .endpointOverride(server.endpoint())
            .forcePathStyle(true)
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(S3Server.ACCESS_KEY, S3Server.SECRET_KEY)))
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build();
    return new S3ArtifactStore(base, client);
  }
}
