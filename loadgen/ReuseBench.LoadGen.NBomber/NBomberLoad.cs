using NBomber.Contracts;
using NBomber.CSharp;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.LoadGen.NBomber;

/// <summary>
/// Our loads in NBomber's words: closed is KeepConstant, open is Inject, after RampingConstant or RampingInject where there is a ramp.
/// NBomber starts what it injects in an interval, and the copies that it keeps, each after a wait that it draws at random from that interval
/// (since 4.1.1: https://github.com/PragmaticFlow/NBomber/issues/526). So an open loop has the same number of requests in each second, at
/// random moments of it: neither evenly spaced nor quite Poisson.
/// </summary>
internal static class NBomberLoad
{
    /// <summary>Kept copies begin at random moments of the first second.</summary>
    public static readonly Duration Entry = Duration.FromSeconds(1);

    /// <summary>The first request may come as late as that as well, NBomber counts in whole seconds, and the load must outlast the window.</summary>
    private static readonly TimeSpan Tail = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A ramp begins with none at all, so the first request may come as late as its end: what follows the ramp is as long as the window needs. No
    /// request comes before the ramp begins, and <see cref="Entry"/> and a warm-up at least as long as the ramp follow the first one: so the
    /// window begins after the ramp.
    /// </summary>
    /// <param name="settings">Closed, or open with a whole number of requests a second; a ramp of whole seconds.</param>
    /// <param name="length">From the first request to the end of the window.</param>
    /// <exception cref="UsageException">NBomber has no such load.</exception>
    public static LoadSimulation[] Of(LoadSettings settings, TimeSpan length)
    {
        if (!settings.Ramp.IsWholeSeconds)
        {
            throw new UsageException($"ramp: {settings.Ramp} is no whole number of seconds, and the driver nbomber counts in those; use one, or "
                + "--driver native");
        }

        TimeSpan during = TimeSpan.FromSeconds(Math.Ceiling(length.TotalSeconds)) + Tail;
        return settings.Rate is double rate ? Open(WholeRate(rate), settings.Ramp, during) : Closed(settings.Connections, settings.Ramp, during);
    }

    private static LoadSimulation[] Closed(int copies, Duration ramp, TimeSpan during)
    {
        LoadSimulation keep = Simulation.KeepConstant(copies: copies, during: during);
        return ramp > Duration.Zero ? [Simulation.RampingConstant(copies: copies, during: ramp.ToTimeSpan()), keep] : [keep];
    }

    private static LoadSimulation[] Open(int rate, Duration ramp, TimeSpan during)
    {
        LoadSimulation inject = Simulation.Inject(rate: rate, interval: Second, during: during);
        return ramp > Duration.Zero ? [Simulation.RampingInject(rate: rate, interval: Second, during: ramp.ToTimeSpan()), inject] : [inject];
    }

    private static int WholeRate(double rate) => rate == Math.Floor(rate) && rate <= int.MaxValue
        ? (int)rate
        : throw new UsageException($"rate: {rate} is no whole number, and the driver nbomber counts in those; use one, or --driver native");
}
