package org.mococxr.local.work;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;

/**
 * The folder that one set of services works in. At most one set runs in a folder at a time: a lock
 * file that the operating system frees when its holder dies, however it dies, sees to it.
 *
 * @param root the folder; made when first needed
 */
public record WorkFolder(Path root) {
  /** The folder at a path, which need not exist. */
  public static WorkFolder at(Path path) {
    return new WorkFolder(path.toAbsolutePath().normalize());
  }

  /** The broker's data. */
  public Path kafka() {
    return root.resolve("kafka");
  }

  /** The artefact store: splits, runs, models. */
  public Path artifacts() {
    return root.resolve("artifacts");
  }

  /** A process' output. */
  public Path log(String process) {
    return root.resolve("logs").resolve(process + ".log");
  }

  /** Local state of a service that can be rebuilt, such as a Kafka Streams store. */
  public Path state(String service) {
    return root.resolve("state").resolve(service);
  }

  /** Who runs here now, or ran here last. */
  public Optional<RunningServices> running() {
    Path file = servicesFile();
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.MAPPER.readValue(file.toFile(), RunningServices.class));
    } catch (IOException e) {
      throw FileErrors.reading(file, e, "delete it, if it is damaged");
    }
  }

  /** Replaces the record of who runs here; a reader sees the old one or the new one, whole. */
  public void write(RunningServices services) {
    Json.write(servicesFile(), services);
  }

  /** Takes the folder for this process until the lock is closed, or fails saying who has it. */
  public Lock lock() {
    Path file = root.resolve("lock");
    try {
      Files.createDirectories(root);
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        channel.close();
        throw UserErrorException.at(
            root,
            running().map(r -> "process " + r.pid() + " already works in it").orElse("is in use"),
            "stop it with: bin/mococxr down --work " + root + ", or choose another folder");
      }
      return new Lock(channel);
    } catch (IOException e) {
      throw FileErrors.writing(root, e, "choose another work folder");
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by this very process
    }
  }

  private Path servicesFile() {
    return root.resolve("services.json");
  }

  /** Holds a work folder. */
  public static final class Lock implements AutoCloseable {
    private final FileChannel channel;

    private Lock(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
