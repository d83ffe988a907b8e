package org.mococxr.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A folder of this machine as a bucket: not reached through the file system, and failing now and
 * then: two of three calls, and of those that read an object half only when half of it has come.
 */
public final class FlakyStore {
  /** How the objects are named. */
  public static final URI BASE = URI.create("s3://lab/");

  private FlakyStore() {}

  /** Fails now and then. */
  public static ArtifactStore nowAndThen(Path folder) {
    AtomicInteger calls = new AtomicInteger();
    return store(folder, () -> calls.getAndIncrement() % 3 != 2);
  }

  /** Fails always. */
  public static ArtifactStore always(Path folder) {
    return store(folder, () -> true);
  }

  /** Never fails; all the same not this machine's file system. */
  public static ArtifactStore never(Path folder) {
    return store(folder, () -> false);
  }

  /** Whether the next call fails. */
  public interface Failing {
    boolean next();
  }

  /** Fails when told to. */
  public static ArtifactStore store(Path folder, Failing failing) {
    ArtifactStore files = ArtifactStore.open(folder.toUri());
    AtomicInteger failures = new AtomicInteger();
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          String name = method.getName();
          if (name.equals("base")) {
            return BASE;
          }
          if (name.equals("local")) {
            return Optional.empty();
          }
          if (method.isDefault()) {
            return InvocationHandler.invokeDefault(proxy, method, arguments);
          }
          boolean fails = failing.next();
          boolean late = fails && name.equals("read") && failures.get() % 2 == 1;
          if (fails) {
            failures.incrementAndGet();
            if (!late) {
              throw new IOException("connection reset");
            }
          }
          try {
            arguments[0] = moved((URI) arguments[0], BASE, files.base());
            Object result = method.invoke(files, arguments);
            if (result instanceof List<?> objects) {
              return objects.stream().map(o -> moved((URI) o, files.base(), BASE)).toList();
            }
            return late ? brokenOff((InputStream) result) : result;
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        };
    return (ArtifactStore)
        Proxy.newProxyInstance(
            FlakyStore.class.getClassLoader(), new Class<?>[] {ArtifactStore.class}, handler);
  }

  private static URI moved(URI uri, URI from, URI to) {
    return to.resolve(from.relativize(uri));
  }

  private static InputStream brokenOff(InputStream whole) throws IOException {
    byte[] content = whole.readAllBytes();
    whole.close();
    InputStream half = new java.io.ByteArrayInputStream(content, 0, content.length / 2);
    return new SequenceInputStream(
        half,
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("connection reset in the middle");
          }
        });
  }
}
