using ReuseBench.Semantics.Cases;

namespace ReuseBench.Semantics.Model;

/// <summary>What happened in a case. Results are 0 or the negative errno.</summary>
/// <param name="Bind">Of the second socket.</param>
/// <param name="Listen">Of the second socket; null where it could not come to that.</param>
/// <param name="FirstListen">Of the first socket, after the second listens; null where it was not only bound.</param>
/// <param name="Receivers">Null where the second socket does not receive.</param>
public sealed record Observation(int Bind, int? Listen, int? FirstListen, Receivers? Receivers);
