import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Kafka Streams, exactly_once_v2: is the key new? Its state is RocksDB with a changelog topic. Arguments: broker, prefix, state folder. */
public class Decide {
    static final String STORE = "seen";

    public static void main(String[] arguments) {
        String broker = arguments[0], prefix = arguments[1];
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, prefix + "peer");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, broker);
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, arguments[2]);
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
        properties.put("auto.offset.reset", "earliest");

        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(prefix + "prepared", Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
            .process(new Look(prefix))
            .to((key, value, context) -> value.again ? prefix + "duplicates" : prefix + "enriched",
                Produced.with(Serdes.ByteArray(), Serdes.serdeFrom((topic, value) -> value.bytes, (topic, bytes) -> new Seen(false, bytes))));

        KafkaStreams streams = new KafkaStreams(builder.build(), properties);
        Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
        streams.start();
    }

    record Seen(boolean again, byte[] bytes) {}

    record Look(String prefix) implements ProcessorSupplier<byte[], byte[], byte[], Seen> {
        @Override
        public Set<StoreBuilder<?>> stores() {
            return Set.of(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(STORE), Serdes.ByteArray(), Serdes.Long())
                .withLoggingEnabled(Map.of()));
        }

        @Override
        public Processor<byte[], byte[], byte[], Seen> get() {
            return new ContextualProcessor<>() {
                private KeyValueStore<byte[], Long> seen;

                @Override
                public void init(ProcessorContext<byte[], Seen> context) {
                    super.init(context);
                    seen = context.getStateStore(STORE);
                }

                @Override
                public void process(Record<byte[], byte[]> record) {
                    boolean again = seen.get(record.key()) != null;
                    if (!again) {
                        seen.put(record.key(), context().recordMetadata().orElseThrow().offset());
                    }
                    context().forward(record.withValue(new Seen(again, record.value())));
                }
            };
        }
    }
}
