package org.mococxr.images.natives;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;

/**
 * Registers for reflection whatever Jackson, or our reader of options, may ask for: every record,
 * enum, sealed type and class with an annotation of Jackson's among our modules that a service is
 * packaged with. It is made of the packaged jars, so that no list has to be kept.
 */
public final class ReflectionConfig {
  private static final String OURS = "org/mococxr/";
  private static final String JACKSON = "com.fasterxml.jackson.";

  private ReflectionConfig() {}

  /**
   * {@code ROOT SERVICE...}: writes the configuration of packaged services where their native build
   * finds it, {@code target/classes/META-INF/native-image}.
   */
  public static void main(String[] arguments) throws IOException {
    Path root = Path.of(arguments[0]);
    try {
      for (String service : List.of(arguments).subList(1, arguments.length)) {
        Path target = root.resolve("services").resolve(service).resolve("target");
        Path file =
            target.resolve(
                "classes/META-INF/native-image/org.mococxr/" + service + "/reflect-config.json");
        Set<String> names = names(target.resolve("quarkus-app"));
        Files.createDirectories(file.getParent());
        AtomicFiles.write(file, text(names));
        System.out.println(names.size() + " classes of " + service + " for reflection");
      }
    } catch (UserErrorException e) {
      System.err.println("native: " + e.getMessage());
      System.exit(UserErrorException.EXIT_CODE);
    }
  }

  /**
   * The classes, by name.
   *
   * @param application a packaged Quarkus application
   */
  public static Set<String> names(Path application) throws IOException {
    if (!Files.isDirectory(application)) {
      throw UserErrorException.at(application, "is not there", "build first: make build");
    }
    List<Path> jars;
    try (Stream<Path> files = Files.walk(application)) {
      jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
    List<URL> addresses = new ArrayList<>();
    for (Path jar : jars) {
      addresses.add(address(jar));
    }
    Set<String> names = new TreeSet<>();
    try (URLClassLoader loader =
        new URLClassLoader(addresses.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      for (Path jar : jars) {
        for (String name : ours(jar)) {
          if (needed(load(loader, name, jar))) {
            names.add(name);
          }
        }
      }
    }
    return names;
  }

  private static URL address(Path jar) throws MalformedURLException {
    return jar.toUri().toURL();
  }

  private static Class<?> load(ClassLoader loader, String name, Path jar) throws IOException {
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException | LinkageError e) {
      throw new IOException(name + " of " + jar + " cannot be loaded", e);
    }
  }

  private static List<String> ours(Path jar) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      return zip.stream()
          .map(ZipEntry::getName)
          .filter(name -> name.startsWith(OURS) && name.endsWith(".class"))
          .filter(name -> !name.endsWith("package-info.class"))
          .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
          // What Quarkus makes registers itself.
          .filter(name -> !name.matches(".*(_ClientProxy|_Bean|_Subclass|\\$\\$CMImpl).*"))
          .toList();
    }
  }

  private static boolean needed(Class<?> type) {
    return type.isRecord()
        || type.isEnum()
        || type.isSealed()
        || Stream.of(type.getAnnotations()).anyMatch(ReflectionConfig::ofJackson);
  }

  private static boolean ofJackson(Annotation annotation) {
    return annotation.annotationType().getName().startsWith(JACKSON);
  }

  /** GraalVM's {@code reflect-config.json}. */
  static String text(Set<String> names) {
    ArrayNode list = Json.MAPPER.createArrayNode();
    for (String name : names) {
      list.addObject()
          .put("name", name)
          .put("allDeclaredConstructors", true)
          .put("allDeclaredMethods", true)
          .put("allDeclaredFields", true)
          .put("allRecordComponents", true);
    }
    return Json.text(list);
  }
}
