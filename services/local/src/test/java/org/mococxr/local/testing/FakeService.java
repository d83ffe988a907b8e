package org.mococxr.local.testing;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * A program that looks like a service from outside: it answers on its port, and as the orchestrator
 * it starts "training" that outlives it.
 */
public final class FakeService {
  private FakeService() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 0) {
      Thread.sleep(600_000); // the training
    }
    if (System.getenv("MOCOCXR_ORCHESTRATOR_LAUNCHER") != null) {
      new ProcessBuilder(System.getenv("MOCOCXR_TRAINER_COMMAND"), "run").inheritIO().start();
    }
    String management = System.getenv("QUARKUS_MANAGEMENT_PORT");
    int port =
        Integer.parseInt(management != null ? management : System.getenv("QUARKUS_HTTP_PORT"));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0);
    server.createContext(
        "/q/health/ready",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    System.out.println("the fake listens on " + port);
    server.start(); // last: whoever is answered finds the line in its log
  }

  /** Lays out an installation whose services are this program. */
  public static void install(Path root) throws Exception {
    Path jar = null;
    for (String service : List.of("splitter", "orchestrator", "inference")) {
      jar = root.resolve("services/" + service + "/target/quarkus-app/quarkus-run.jar");
      Files.createDirectories(jar.getParent());
      write(jar);
    }
    Path tool = root.resolve("bin/mococxr");
    Files.createDirectories(tool.getParent());
    Files.writeString(
        tool,
        "#!/bin/sh\nexec \"$JAVA_HOME/bin/java\" -Dmococxr.session=$MOCOCXR_LOCAL_SESSION -jar "
            + jar
            + " \"$@\"\n");
    if (!tool.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + tool + " executable");
    }
  }

  private static void write(Path jar) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, FakeService.class.getName());
    String entry = FakeService.class.getName().replace('.', '/') + ".class";
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
        var bytes = FakeService.class.getClassLoader().getResourceAsStream(entry)) {
      out.putNextEntry(new JarEntry(entry));
      bytes.transferTo(out);
      out.closeEntry();
    }
  }
}
