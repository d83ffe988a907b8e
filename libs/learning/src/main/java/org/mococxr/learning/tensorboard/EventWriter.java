package org.mococxr.learning.tensorboard;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Writes scalars into {@code tensorboard/events.out.tfevents.…}: records of TensorFlow's framing
 * (length and data, each with a masked CRC-32C) that hold {@code Event} messages. A resumed run
 * writes another file of the same folder; TensorBoard joins them. Thread-safe.
 */
public final class EventWriter implements AutoCloseable {
  /** The folder in a run's folder. */
  public static final String FOLDER = "tensorboard";

  // Field numbers of tensorflow/core/util/event.proto and framework/summary.proto.
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int VALUE = 1;
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;

  private final OutputStream out;

  private EventWriter(OutputStream out) {
    this.out = out;
  }

  /** Opens a new file in the run's folder. */
  public static EventWriter open(Path runFolder) {
    try {
      Path folder = Files.createDirectories(runFolder.resolve(FOLDER));
      Instant now = Instant.now();
      String name =
          "events.out.tfevents.%010d.%s"
              .formatted(now.getEpochSecond(), UUID.randomUUID().toString().substring(0, 8));
      EventWriter writer =
          new EventWriter(
              Files.newOutputStream(folder.resolve(name), StandardOpenOption.CREATE_NEW));
      writer.record(event(now, 0, message -> message.writeString(FILE_VERSION, "brain.Event:2")));
      return writer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Scalars of a step, by tag; what is not a finite number is left out. */
  public void scalars(long step, Map<String, Double> values) {
    try {
      byte[] summary =
          message(
              m -> {
                for (Map.Entry<String, Double> e : values.entrySet()) {
                  if (Double.isFinite(e.getValue())) {
                    byte[] value =
                        message(
                            v -> {
                              v.writeString(TAG, e.getKey());
                              v.writeFloat(SIMPLE_VALUE, e.getValue().floatValue());
                            });
                    m.writeByteArray(VALUE, value);
                  }
                }
              });
      record(event(Instant.now(), step, m -> m.writeByteArray(SUMMARY, summary)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface Fields {
    void write(CodedOutputStream message) throws IOException;
  }

  private static byte[] message(Fields fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream coded = CodedOutputStream.newInstance(bytes);
    fields.write(coded);
    coded.flush();
    return bytes.toByteArray();
  }

  private static byte[] event(Instant time, long step, Fields what) throws IOException {
    return message(
        m -> {
          m.writeDouble(WALL_TIME, time.getEpochSecond() + time.getNano() * 1e-9);
          m.writeInt64(STEP, step);
          what.write(m);
        });
  }

  private synchronized void record(byte[] data) throws IOException {
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    length.putLong(data.length);
    ByteBuffer record = ByteBuffer.allocate(data.length + 16).order(ByteOrder.LITTLE_ENDIAN);
    record.put(length.array()).putInt(maskedCrc(length.array()));
    record.put(data).putInt(maskedCrc(data));
    // One write a record: a reader never sees half of one for long.
    out.write(record.array());
  }

  static int maskedCrc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    int value = (int) crc.getValue();
    return ((value >>> 15) | (value << 17)) + 0xa282ead8;
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
