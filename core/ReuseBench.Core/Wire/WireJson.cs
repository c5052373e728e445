using System.Text.Json.Serialization;

namespace ReuseBench.Core.Wire;

/// <summary>The one JSON dialect between processes: snake_case, one line, nulls written. Children write it by <see cref="WireJsonWriter"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ServerReady))]
[JsonSerializable(typeof(ServerReloaded))]
[JsonSerializable(typeof(ServerStats))]
[JsonSerializable(typeof(LoadDocument))]
[JsonSerializable(typeof(LoadSignal))]
public sealed partial class WireJson : JsonSerializerContext;

/// <summary>
/// The dialect of <see cref="WireJson"/> as the children write it. Generated for writing only: what reading needs is generic code of the
/// library, which took a child 120 ms to compile and is nothing that a child does. A figure that is no number is refused: it would be a defect.
/// </summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Serialization, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ServerReloaded))]
[JsonSerializable(typeof(ServerStats))]
[JsonSerializable(typeof(LoadDocument))]
[JsonSerializable(typeof(LoadSignal))]
public sealed partial class WireJsonWriter : JsonSerializerContext;
