package org.mococxr.testkit;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.mococxr.foundation.Ports;

/**
 * A real DICOM archive on the loopback interface: Debian's packages {@code orthanc} and {@code
 * orthanc-dicomweb}. It wants a login, speaks HTTP only, and keeps everything in the folder that it
 * is given.
 */
public final class Orthanc implements AutoCloseable {
  /** Whom it lets in. */
  public static final String USER = "tester";

  /** With which password. */
  public static final String PASSWORD = "only-for-tests";

  private static final Path PLUGIN = Path.of("/usr/share/orthanc/plugins/libOrthancDicomWeb.so");
  private final Daemon process;
  private final int port;

  private Orthanc(Daemon process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts one and waits until it answers; the test is skipped where it is not installed. */
  public static Orthanc start(Path folder) throws IOException, InterruptedException {
    Path program = Needs.tool("Orthanc");
    Assumptions.assumeTrue(Files.exists(PLUGIN), "needs Debian's package orthanc-dicomweb");
    int port = Ports.free();
    String configuration =
        """
        {"Name": "test", "StorageDirectory": "%1$s/db", "IndexDirectory": "%1$s/db",
         "HttpPort": %2$d, "DicomServerEnabled": false, "RemoteAccessAllowed": false,
         "AuthenticationEnabled": true, "RegisteredUsers": {"%3$s": "%4$s"},
         "Plugins": ["%5$s"], "DicomWeb": {"Enable": true, "Root": "/dicom-web/"}}
        """
            .formatted(folder, port, USER, PASSWORD, PLUGIN);
    Path file = Files.writeString(folder.resolve("orthanc.json"), configuration);
    Daemon process = Daemon.start(folder, "orthanc", List.of(program.toString(), file.toString()));
    Orthanc orthanc = new Orthanc(process, port);
    process.await(Duration.ofMinutes(5), orthanc::answers);
    return orthanc;
  }

  /** The address of its DICOMweb services. */
  public URI dicomWeb() {
    return URI.create("http://127.0.0.1:" + port + "/dicom-web");
  }

  private boolean answers() {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) URI.create(dicomWeb() + "/studies").toURL().openConnection();
      connection.setConnectTimeout(1000);
      connection.setReadTimeout(5000);
      String login = USER + ':' + PASSWORD;
      connection.setRequestProperty(
          "Authorization",
          "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.US_ASCII)));
      connection.setRequestProperty("Accept", "application/dicom+json");
      return connection.getResponseCode() < 300;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
