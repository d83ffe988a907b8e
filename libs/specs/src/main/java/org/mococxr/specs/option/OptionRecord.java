package org.mococxr.specs.option;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import java.io.IOException;

/**
 * A record of options: each component has an {@link Option} or is {@link Inline}. Its compact
 * constructor fills in what follows from other options, and refuses nothing that was ever accepted.
 * As JSON it has a field for each option that is not null.
 */
@JsonSerialize(using = OptionRecord.Writer.class)
@JsonDeserialize(using = OptionRecord.Reader.class)
public interface OptionRecord {

  /**
   * Checks what concerns several options. Asked of what is given now; what was accepted once,
   * perhaps by a version with other rules, is read again without it.
   *
   * @throws org.mococxr.foundation.UserErrorException naming one of the options as the location
   */
  default void check() {}

  /** Jackson's way to {@link Options#toMap}. */
  final class Writer extends JsonSerializer<OptionRecord> {
    @Override
    public void serialize(OptionRecord value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      provider.defaultSerializeValue(Options.toMap(value), out);
    }
  }

  /** Jackson's way to {@link Options#read}. */
  final class Reader extends JsonDeserializer<OptionRecord> implements ContextualDeserializer {
    private final Class<? extends OptionRecord> type;

    /** For Jackson, which then asks for the reader of a type. */
    public Reader() {
      this(null);
    }

    private Reader(Class<? extends OptionRecord> type) {
      this.type = type;
    }

    @Override
    public JsonDeserializer<?> createContextual(
        DeserializationContext context, BeanProperty property) {
      return new Reader(context.getContextualType().getRawClass().asSubclass(OptionRecord.class));
    }

    @Override
    public OptionRecord deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      boolean accepted = context.getAttribute(Options.ACCEPTED) != null;
      OptionReader reader = accepted ? OptionReader.ACCEPTED : OptionReader.GIVEN;
      return reader.record(parser.readValueAs(JsonNode.class), type);
    }
  }
}
