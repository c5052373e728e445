using NBomber.Contracts;
using NBomber.CSharp;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.LoadGen.NBomber;

/// <summary>
/// Our loads in NBomber's words: closed is KeepConstant, open is Inject. NBomber starts what it injects in an interval, and the copies that
/// it keeps, each after a wait that it draws at random from that interval (since 4.1.1: https://github.com/PragmaticFlow/NBomber/issues/526).
/// So an open loop has the same number of requests in each second, at random moments of it: neither evenly spaced nor quite Poisson.
/// </summary>
internal static class NBomberLoad
{
    /// <summary>Kept copies begin at random moments of the first second.</summary>
    public static readonly Duration Entry = Duration.FromSeconds(1);

    /// <summary>The first request may come as late as that as well, NBomber counts in whole seconds, and the load must outlast the window.</summary>
    private static readonly TimeSpan Tail = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <param name="settings">Closed, or open with a whole number of requests a second.</param>
    /// <param name="length">From the first request to the end of the window.</param>
    /// <exception cref="UsageException">NBomber has no such load.</exception>
    public static LoadSimulation[] Of(LoadSettings settings, TimeSpan length)
    {
        TimeSpan during = TimeSpan.FromSeconds(Math.Ceiling(length.TotalSeconds)) + Tail;
        if (settings.Rate is not double rate)
        {
            return [Simulation.KeepConstant(copies: settings.Connections, during: during)];
        }

        return rate == Math.Floor(rate) && rate <= int.MaxValue
            ? [Simulation.Inject(rate: (int)rate, interval: Second, during: during)]
            : throw new UsageException($"rate: {rate} is no whole number, and the driver nbomber counts in those; use one, or --driver native");
    }
}
