using ReuseBench.Core.Units;

namespace ReuseBench.Core.Cells;

/// <summary>The settings that only cells of the experiment <c>stall</c> have: which worker stands still, and for how long.</summary>
public sealed record StallSettings
{
    /// <summary>A shorter stall is hardly told from a busy host, a longer one than the timeouts tells nothing more.</summary>
    private static readonly Duration Shortest = Duration.FromMilliseconds(50);

    private static readonly Duration Longest = Duration.FromSeconds(10);

    /// <summary>Number of the worker, from 0; below the number of workers.</summary>
    public int Worker { get; init; }

    /// <summary>For how long it stands still under a running load; 50 ms to 10 s.</summary>
    public Duration Length { get; init; } = Duration.FromMilliseconds(500);

    /// <exception cref="UsageException">A setting is out of its range.</exception>
    public void Validate()
    {
        if (Worker is < 0 or >= ServerSettings.MaxWorkers)
        {
            throw new UsageException($"stall_worker: {Worker} is out of range; use 0 to one less than workers");
        }

        if (Length < Shortest || Length > Longest)
        {
            throw new UsageException($"stall_length: {Length} is out of range; use {Shortest} to {Longest}");
        }
    }
}
