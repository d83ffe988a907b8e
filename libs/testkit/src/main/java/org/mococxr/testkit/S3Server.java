package org.mococxr.testkit;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.mococxr.foundation.Ports;

/**
 * A real S3 server, s3proxy, in a process of its own on loopback, with its objects in a folder. A
 * bucket is a folder there, so a test can look at what was stored.
 */
public final class S3Server implements AutoCloseable {
  /** The access key that the server knows. */
  public static final String ACCESS_KEY = "key";

  /** The secret that belongs to it. */
  public static final String SECRET_KEY = "secret";

  private final Daemon process;
  private final Path data;
  private final int port;

  private S3Server(Daemon process, Path data, int port) {
    this.process = process;
    this.data = data;
    this.port = port;
  }

  /**
   * Starts a server on a free port and waits until it answers; about 2 s.
   *
   * @param folder an empty folder for its objects, settings and log
   */
  public static S3Server start(Path folder) throws IOException, InterruptedException {
    int port = Ports.free();
    Path data = Files.createDirectory(folder.resolve("data"));
    Path settings =
        Files.writeString(
            folder.resolve("s3proxy.conf"),
            """
            s3proxy.endpoint=http://127.0.0.1:%d
            s3proxy.authorization=aws-v2-or-v4
            s3proxy.identity=%s
            s3proxy.credential=%s
            jclouds.provider=filesystem-nio2
            jclouds.filesystem.basedir=%s
            """
                .formatted(port, ACCESS_KEY, SECRET_KEY, data));
    Daemon process =
        Daemon.start(
            folder,
            "s3proxy",
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                jar().toString(),
                "--properties",
                settings.toString()));
    process.await(Duration.ofMinutes(5), () -> Ports.listens(port));
    return new S3Server(process, data, port);
  }

  /** Where clients connect. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Creates an empty bucket and returns its address, {@code s3://<name>}. */
  public URI createBucket(String name) throws IOException {
    Files.createDirectory(data.resolve(name));
    return URI.create("s3://" + name);
  }

  /** The folder that holds a bucket's objects, each a file named by its key. */
  public Path bucket(String name) {
    return data.resolve(name);
  }

  /** What a process needs in its environment to use this server through the AWS SDK. */
  public Map<String, String> environment() {
    return Map.of(
        "AWS_ENDPOINT_URL_S3",
        endpoint().toString(),
        "AWS_ACCESS_KEY_ID",
        ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY",
        SECRET_KEY,
        "AWS_REGION",
        "us-east-1");
  }

  @Override
  public void close() {
    process.close();
  }

  /** The server's jar, which the build of this module puts beside its classes. */
  private static Path jar() throws IOException {
    Path classes;
    try {
      classes = Path.of(S3Server.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    Path jar = classes.resolveSibling("s3proxy/s3proxy-jar-with-dependencies.jar");
    if (!Files.isRegularFile(jar)) {
      throw new IOException(jar + " is missing: build libs/testkit without -DskipTests");
    }
    return jar;
  }
}
