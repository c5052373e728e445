using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;

namespace ReuseBench.LoadGen.Drivers;

/// <summary>Something other than the native swarm that generates the load; found in a plug-in's assembly, made without arguments.</summary>
public interface ILoadDriver
{
    /// <summary>Runs the load from start to end.</summary>
    /// <param name="settings">What to do.</param>
    /// <param name="target">The server.</param>
    /// <param name="signals">Hears progress once a second, and the two ends of the window as they happen.</param>
    /// <param name="reportFolder">Where the driver's own reports go; null for none.</param>
    /// <param name="stop">Ends the window early.</param>
    /// <exception cref="UsageException">This driver cannot do what the settings ask.</exception>
    LoadDocument Run(LoadSettings settings, Target target, ILoadSignals signals, string? reportFolder, CancellationToken stop);
}
