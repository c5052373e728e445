using System.Text.Json.Serialization;

namespace ReuseBench.Core.Wire;

/// <summary>The one JSON dialect between processes: snake_case, one line, nulls written. Children write it by <see cref="WireJsonWriter"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ServerReady))]
[JsonSerializable(typeof(ServerStats))]
[JsonSerializable(typeof(LoadDocument))]
[JsonSerializable(typeof(LoadSignal))]
[JsonSerializable(typeof(Succession))]
public sealed partial class WireJson : JsonSerializerContext;
