namespace ReuseBench.Semantics.DotNet;

/// <summary>What a way of using .NET's socket classes really sets.</summary>
/// <param name="Name">Stable, in kebab-case.</param>
/// <param name="Calls">The calls made, as C#.</param>
/// <param name="Reuseaddr">SO_REUSEADDR afterwards, by getsockopt(2).</param>
/// <param name="Reuseport">SO_REUSEPORT afterwards, by getsockopt(2).</param>
/// <param name="ReuseAddressGetter">What .NET itself says ReuseAddress is.</param>
/// <param name="Failure">The exception that the calls ended in; null where there was none.</param>
public sealed record SocketApiFact(string Name, string Calls, bool Reuseaddr, bool Reuseport, bool ReuseAddressGetter, string? Failure);
