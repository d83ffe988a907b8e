package org.mococxr.learning.tensorboard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventWriterTest {
  @TempDir Path folder;

  private record Event(long step, String version, Map<String, Float> scalars) {}

  @Test
  void everyRecordHasItsChecksumsAndTheScalarsThatWereWritten() throws IOException {
    try (EventWriter writer = EventWriter.open(folder)) {
      writer.scalars(5, Map.of("loss", 0.25, "rate", 1e-4, "nan", Double.NaN));
      writer.scalars(6, Map.of("loss", -2.0));
    }
    List<Event> events = read();
    assertEquals("brain.Event:2", events.get(0).version);
    assertEquals(5, events.get(1).step);
    assertEquals(Map.of("loss", 0.25f, "rate", 1e-4f), events.get(1).scalars);
    assertEquals(6, events.get(2).step);
    assertEquals(Map.of("loss", -2f), events.get(2).scalars);
  }

  @Test
  void theMaskedChecksumIsTensorflowsOwn() {
    // CRC-32C of "123456789" is 0xE3069283 (RFC 3720, B.4); rotated right by 15, plus the constant.
    int crc = 0xE3069283;
    int expected = ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
    assertEquals(expected, EventWriter.maskedCrc("123456789".getBytes()));
  }

  private List<Event> read() throws IOException {
    Path file;
    try (Stream<Path> list = Files.list(folder.resolve(EventWriter.FOLDER))) {
      file = list.findFirst().orElseThrow();
    }
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] length = new byte[8];
      in.get(length);
      assertEquals(EventWriter.maskedCrc(length), in.getInt());
      byte[] data =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      in.get(data);
      assertEquals(EventWriter.maskedCrc(data), in.getInt());
      events.add(event(CodedInputStream.newInstance(data)));
    }
    return events;
  }

  private static Event event(CodedInputStream in) throws IOException {
    long step = 0;
    String version = "";
    Map<String, Float> scalars = new TreeMap<>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 2 -> step = in.readInt64();
        case 3 -> version = in.readString();
        case 5 -> summary(in.readBytes().newCodedInput(), scalars);
        default -> in.skipField(tag);
      }
    }
    return new Event(step, version, scalars);
  }

  private static void summary(CodedInputStream in, Map<String, Float> scalars) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      CodedInputStream value = in.readBytes().newCodedInput();
      value.readTag();
      String name = value.readString();
      value.readTag();
      scalars.put(name, value.readFloat());
    }
  }
}
