using ReuseBench.Core.Cells;
using ReuseBench.Servers.Counters;
using ReuseBench.Servers.Workers;

namespace ReuseBench.Servers.Variants;

/// <summary>What a variant works with.</summary>
internal sealed record VariantContext
{
    public required ServerSettings Settings { get; init; }

    public required WorkerGroup Workers { get; init; }

    public required ServerPageWriter Page { get; init; }

    public required Milestones Milestones { get; init; }

    public required AcceptFailures Failures { get; init; }
}
