package org.mococxr.inference.grpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.grpc.proto.InferParameter;
import org.mococxr.inference.grpc.proto.InferTensorContents;
import org.mococxr.inference.grpc.proto.ModelInferRequest;
import org.mococxr.inference.grpc.proto.ModelInferRequest.InferInputTensor;
import org.mococxr.inference.grpc.proto.ModelInferRequest.InferRequestedOutputTensor;
import org.mococxr.inference.protocol.InferRequest;
import org.mococxr.inference.protocol.InferRequest.Parameters;
import org.mococxr.inference.protocol.Numbers;
import org.mococxr.inference.protocol.ProtocolParameters;

/**
 * Reads {@code ModelInferRequest} from its wire format. The generated class would copy the bytes of
 * raw contents, and would make an int of every grey level and objects without bound of a small
 * message; here raw contents stay where they are and everything else is bounded.
 */
final class InferMessageReader {

  /**
   * A request and whom it is for.
   *
   * @param version any when empty
   * @param raw whether contents came as bytes, as the answer's then go
   */
  record Message(String model, String version, boolean raw, InferRequest request) {}

  private final ByteBuffer message;
  private final long mostNumbers;
  private final List<InferRequest.Input> inputs = new ArrayList<>();
  private final List<InferRequest.Output> outputs = new ArrayList<>();
  private final List<ByteBuffer> raw = new ArrayList<>();
  private String model = "";
  private String version = "";
  private String id = "";
  private Parameters parameters = Parameters.NONE;

  private InferMessageReader(ByteBuffer message, long mostNumbers) {
    this.message = message;
    this.mostNumbers = mostNumbers;
  }

  /** The model's name and version, without the rest. */
  static Message address(ByteBuffer message) throws IOException {
    InferMessageReader reader = new InferMessageReader(message, 0);
    CodedInputStream in = CodedInputStream.newInstance(message.duplicate());
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case ModelInferRequest.MODEL_NAME_FIELD_NUMBER -> reader.model = in.readStringRequireUtf8();
        case ModelInferRequest.MODEL_VERSION_FIELD_NUMBER ->
            reader.version = in.readStringRequireUtf8();
        default -> in.skipField(tag);
      }
    }
    return new Message(reader.model, reader.version, false, null);
  }

  /**
   * @param mostNumbers that a tensor can have
   */
  static Message read(ByteBuffer message, long mostNumbers) throws IOException {
    return new InferMessageReader(message, mostNumbers).message();
  }

  private Message message() throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(message.duplicate());
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case ModelInferRequest.MODEL_NAME_FIELD_NUMBER -> model = in.readStringRequireUtf8();
        case ModelInferRequest.MODEL_VERSION_FIELD_NUMBER -> version = in.readStringRequireUtf8();
        case ModelInferRequest.ID_FIELD_NUMBER -> id = in.readStringRequireUtf8();
        case ModelInferRequest.PARAMETERS_FIELD_NUMBER -> parameter(in);
        case ModelInferRequest.INPUTS_FIELD_NUMBER -> {
          int limit = begin(in, "inputs", inputs);
          inputs.add(input(in));
          end(in, limit);
        }
        case ModelInferRequest.OUTPUTS_FIELD_NUMBER -> {
          int limit = begin(in, "outputs", outputs);
          outputs.add(output(in));
          end(in, limit);
        }
        case ModelInferRequest.RAW_INPUT_CONTENTS_FIELD_NUMBER -> {
          requireRoom("raw_input_contents", raw);
          raw.add(bytes(in));
        }
        default -> in.skipField(tag);
      }
    }
    InferRequest request = new InferRequest(id, withRaw(), outputs, parameters);
    return new Message(model, version, !raw.isEmpty(), request);
  }

  /** Contents are raw for all inputs or for none. */
  private List<InferRequest.Input> withRaw() {
    if (raw.isEmpty()) {
      return inputs;
    }
    if (raw.size() != inputs.size()) {
      throw new UserErrorException(
          "raw_input_contents",
          "has " + raw.size() + " entries",
          "expected one for each of " + inputs.size() + " inputs");
    }
    List<InferRequest.Input> filled = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      InferRequest.Input input = inputs.get(i);
      filled.add(
          new InferRequest.Input(
              input.name(), input.datatype(), input.shape(), new InferRequest.Raw(raw.get(i))));
    }
    return filled;
  }

  private InferRequest.Input input(CodedInputStream in) throws IOException {
    String location = "inputs[" + inputs.size() + "]";
    String name = null;
    String datatype = null;
    List<Long> shape = new ArrayList<>();
    InferRequest.Data data = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case InferInputTensor.NAME_FIELD_NUMBER -> name = in.readStringRequireUtf8();
        case InferInputTensor.DATATYPE_FIELD_NUMBER -> datatype = in.readStringRequireUtf8();
        case InferInputTensor.SHAPE_FIELD_NUMBER ->
            values(
                in,
                tag,
                () -> {
                  requireRoom(location + ".shape", shape);
                  shape.add(in.readInt64());
                });
        case InferInputTensor.CONTENTS_FIELD_NUMBER -> {
          int limit = in.pushLimit(in.readRawVarint32());
          data = contents(in, location + ".contents");
          end(in, limit);
        }
        default -> in.skipField(tag);
      }
    }
    return new InferRequest.Input(name, datatype, List.copyOf(shape), data);
  }

  private InferRequest.Data contents(CodedInputStream in, String location) throws IOException {
    Numbers levels = new Numbers(location + ".uint_contents", mostNumbers);
    Numbers floats = new Numbers(location + ".fp32_contents", mostNumbers);
    List<ByteBuffer> files = new ArrayList<>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case InferTensorContents.UINT_CONTENTS_FIELD_NUMBER ->
            values(in, tag, () -> levels.add(Integer.toUnsignedLong(in.readUInt32())));
        case InferTensorContents.FP32_CONTENTS_FIELD_NUMBER ->
            values(in, tag, () -> floats.add((double) in.readFloat()));
        case InferTensorContents.BYTES_CONTENTS_FIELD_NUMBER -> {
          requireRoom(location + ".bytes_contents", files);
          files.add(bytes(in));
        }
        default -> in.skipField(tag);
      }
    }
    if (!files.isEmpty()) {
      return new InferRequest.Files(files);
    }
    return floats.count() > 0 ? floats.data() : levels.data();
  }

  private InferRequest.Output output(CodedInputStream in) throws IOException {
    String name = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == InferRequestedOutputTensor.NAME_FIELD_NUMBER) {
        name = in.readStringRequireUtf8();
      } else {
        in.skipField(tag);
      }
    }
    return new InferRequest.Output(name, null);
  }

  /** One entry of the request's parameters. */
  private void parameter(CodedInputStream in) throws IOException {
    int limit = in.pushLimit(in.readRawVarint32());
    String key = "";
    long value = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> key = in.readStringRequireUtf8();
        case 2 -> value = integer(in);
        default -> in.skipField(tag);
      }
    }
    end(in, limit);
    switch (key) {
      case "priority" ->
          parameters =
              new Parameters(ProtocolParameters.priority(value), parameters.timeoutMicros(), true);
      case "timeout" ->
          parameters =
              new Parameters(parameters.priority(), ProtocolParameters.timeout(value), true);
      default -> {} // parameters that are not known change nothing
    }
  }

  private static long integer(CodedInputStream in) throws IOException {
    int limit = in.pushLimit(in.readRawVarint32());
    long value = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case InferParameter.INT64_PARAM_FIELD_NUMBER -> value = in.readInt64();
        case InferParameter.UINT64_PARAM_FIELD_NUMBER -> value = in.readUInt64();
        default -> in.skipField(tag);
      }
    }
    end(in, limit);
    return value;
  }

  private ByteBuffer bytes(CodedInputStream in) throws IOException {
    int length = in.readRawVarint32();
    int begin = message.position() + in.getTotalBytesRead();
    in.skipRawBytes(length);
    return message.slice(begin, length);
  }

  private int begin(CodedInputStream in, String list, List<?> entries) throws IOException {
    requireRoom(list, entries);
    return in.pushLimit(in.readRawVarint32());
  }

  private static void end(CodedInputStream in, int limit) throws IOException {
    in.checkLastTagWas(0);
    in.popLimit(limit);
  }

  private static void requireRoom(String list, List<?> entries) {
    if (entries.size() == InferRequest.MOST_ENTRIES) {
      throw new UserErrorException(
          list, "has more than " + InferRequest.MOST_ENTRIES + " entries", "a few");
    }
  }

  /** Reads a value. */
  @FunctionalInterface
  private interface Reading {
    void one() throws IOException;
  }

  /** Values of a repeated field, packed into one length or each after a tag of its own. */
  private static void values(CodedInputStream in, int tag, Reading reading) throws IOException {
    if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      reading.one();
      return;
    }
    int limit = in.pushLimit(in.readRawVarint32());
    while (in.getBytesUntilLimit() > 0) {
      reading.one();
    }
    in.popLimit(limit);
  }
}
