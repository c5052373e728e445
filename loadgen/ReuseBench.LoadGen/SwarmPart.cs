using ReuseBench.LoadGen.Clients;
using ReuseBench.LoadGen.Recording;

namespace ReuseBench.LoadGen;

/// <summary>What one recorder of a run brings to its document.</summary>
/// <param name="Recorder">What was recorded.</param>
/// <param name="Meter">What its thread used; unused where the recorder belongs to no thread.</param>
/// <param name="Cpu">The CPU that thread is pinned to, if any.</param>
/// <param name="DistinctTuples">Distinct source tuples; null where that is not known.</param>
internal sealed record SwarmPart(ThreadRecorder Recorder, ThreadMeter Meter, int? Cpu, long? DistinctTuples);
