package org.mococxr.testkit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A key for a server on loopback, with a certificate that it signed itself.
 *
 * @param keyStore PKCS #12, with both
 * @param certificate in PEM, for clients that are to trust it
 */
public record SelfSigned(Path keyStore, Path certificate) {

  /**
   * Made by the JDK's {@code keytool}.
   *
   * @param name of the files, and of the certificate's holder
   * @param password of the key store, six characters or more
   */
  public static SelfSigned make(Path folder, String name, String password)
      throws IOException, InterruptedException {
    Path keyStore = folder.resolve(name + ".p12");
    Path certificate = folder.resolve(name + ".pem");
    keytool(
        List.of("-genkeypair", "-alias", name, "-keyalg", "EC", "-groupname", "secp256r1"),
        List.of("-dname", "CN=" + name, "-validity", "2", "-storetype", "PKCS12"),
        List.of("-ext", "san=ip:127.0.0.1,dns:localhost"),
        List.of("-keystore", keyStore.toString(), "-storepass", password));
    keytool(
        List.of("-exportcert", "-rfc", "-alias", name, "-file", certificate.toString()),
        List.of("-keystore", keyStore.toString(), "-storepass", password));
    return new SelfSigned(keyStore, certificate);
  }

  @SafeVarargs
  private static void keytool(List<String>... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    List.of(arguments).forEach(command::addAll);
    Ended ended =
        Ended.of(new ProcessBuilder(command).redirectErrorStream(true), Duration.ofMinutes(5));
    if (ended.code() != 0) {
      throw new IOException("keytool ended with " + ended.code() + ": " + ended.out());
    }
  }
}
