package org.mococxr.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.UserErrorException;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The artefact store in a bucket of S3 or of a server that speaks its protocol: {@code
 * s3://bucket/prefix/}. An object of S3 is there whole or not at all by itself. Credentials and
 * region come from AWS' usual places (environment, profile, the pod's role); the environment
 * variable {@value #ENDPOINT} names another server, which is then addressed by paths.
 */
public final class S3ArtifactStore implements ArtifactStore {
  /** Environment variable with the address of a server other than AWS'. */
  public static final String ENDPOINT = "AWS_ENDPOINT_URL_S3";

  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int PRECONDITION_FAILED = 412;

  private final URI base;
  private final S3Client client;

  /** A store whose client is configured by the environment. */
  public S3ArtifactStore(URI base) {
    this(base, clientOfEnvironment());
  }

  /** A store with a client of its own, which it closes. */
  public S3ArtifactStore(URI base, S3Client client) {
    bucket(base);
    this.base = ArtifactStore.folder(base);
    this.client = client;
  }

  private static S3Client clientOfEnvironment() {
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .region(regionOfEnvironment())
            // Other servers do not know the checksums that newer clients add unasked.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
    String endpoint = System.getenv(ENDPOINT);
    if (endpoint != null && !endpoint.isBlank()) {
      builder.endpointOverride(URI.create(endpoint)).forcePathStyle(true);
    }
    return builder.build();
  }

  private static Region regionOfEnvironment() {
    try {
      return DefaultAwsRegionProviderChain.builder().build().getRegion();
    } catch (SdkException none) {
      return Region.US_EAST_1; // servers other than AWS' do not care
    }
  }

  @Override
  public URI base() {
    return base;
  }

  @Override
  public boolean exists(URI uri) throws IOException {
    return call(
        uri,
        () -> {
          try {
            if (!key(uri).isEmpty() && !key(uri).endsWith("/")) {
              client.headObject(request -> request.bucket(bucket(uri)).key(key(uri)));
              return true;
            }
          } catch (S3Exception e) {
            if (e.statusCode() != NOT_FOUND) {
              throw e;
            }
          }
          return !client
              .listObjectsV2(request -> request.bucket(bucket(uri)).prefix(prefix(uri)).maxKeys(1))
              .contents()
              .isEmpty();
        });
  }

  @Override
  public InputStream read(URI uri) throws IOException {
    return call(uri, () -> client.getObject(request -> request.bucket(bucket(uri)).key(key(uri))));
  }

  @Override
  public void write(URI uri, byte[] content) throws IOException {
    put(uri, RequestBody.fromBytes(content));
  }

  @Override
  public void write(URI uri, Path file) throws IOException {
    put(uri, RequestBody.fromFile(file));
  }

  private void put(URI uri, RequestBody body) throws IOException {
    call(uri, () -> client.putObject(request -> request.bucket(bucket(uri)).key(key(uri)), body));
  }

  @Override
  public boolean create(URI uri, byte[] content) throws IOException {
    return call(
        uri,
        () -> {
          try {
            client.putObject(
                request -> request.bucket(bucket(uri)).key(key(uri)).ifNoneMatch("*"),
                RequestBody.fromBytes(content));
            return true;
          } catch (S3Exception e) {
            // 409, a conflict of two at the same moment, is a failure like others: tried again.
            if (e.statusCode() == PRECONDITION_FAILED) {
              return false;
            }
            throw e;
          }
        });
  }

  @Override
  public void delete(URI uri) throws IOException {
    call(uri, () -> client.deleteObject(request -> request.bucket(bucket(uri)).key(key(uri))));
  }

  @Override
  public List<URI> list(URI folder) throws IOException {
    URI bucket = URI.create("s3://" + bucket(folder) + "/");
    return call(
        folder,
        () ->
            client
                .listObjectsV2Paginator(
                    request -> request.bucket(bucket(folder)).prefix(prefix(folder)))
                .contents()
                .stream()
                .map(object -> ArtifactStore.child(bucket, object.key()))
                .sorted()
                .toList());
  }

  /** Never: objects of a bucket are no files. */
  @Override
  public Optional<Path> local(URI uri) {
    return Optional.empty();
  }

  @Override
  public void close() {
    client.close();
  }

  private static <T> T call(URI uri, Supplier<T> call) throws IOException {
    try {
      return call.get();
    } catch (NoSuchKeyException | NoSuchBucketException e) {
      throw (IOException)
          new NoSuchFileException(uri.toString(), null, Causes.message(e)).initCause(e);
    } catch (S3Exception e) {
      throw e.statusCode() == FORBIDDEN || e.statusCode() == UNAUTHORIZED
          ? new AccessDeniedException(uri.toString(), null, Causes.message(e))
          : new IOException(uri + ": " + Causes.message(e), e);
    } catch (SdkException e) {
      throw new IOException(uri + ": " + Causes.message(e), e);
    }
  }

  private static String bucket(URI uri) {
    if (!"s3".equals(uri.getScheme()) || uri.getAuthority() == null) {
      throw new UserErrorException(
          uri.toString(), "not in the artefact store", "expected s3://<bucket>/<path>");
    }
    return uri.getAuthority();
  }

  private static String key(URI uri) {
    return uri.getPath().isEmpty() ? "" : uri.getPath().substring(1);
  }

  private static String prefix(URI folder) {
    String key = key(folder);
    return key.isEmpty() || key.endsWith("/") ? key : key + "/";
  }
}
