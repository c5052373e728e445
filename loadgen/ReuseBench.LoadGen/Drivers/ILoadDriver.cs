using System.Reflection;
using System.Runtime.Loader;
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

/// <summary>How one request ended.</summary>
/// <param name="Status">Of the answer; 0 where there was none.</param>
/// <param name="Bytes">Received, head and body.</param>
/// <param name="Failure">Name of the errno, <c>timeout</c>, <c>protocol</c> …; null where an answer came.</param>
public readonly record struct Exchange(int Status, int Bytes, string? Failure)
{
    /// <summary>An answer with a status of 2xx.</summary>
    public bool IsOk => Failure is null && Status is >= 200 and < 300;
}

/// <summary>Loads a driver's assembly with its own packages; what this program has already loaded of ours, both share.</summary>
public static class DriverAssembly
{
    /// <param name="path">Full path of the assembly.</param>
    /// <exception cref="UsageException">There is no such file, or no driver in it.</exception>
    public static ILoadDriver Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new UsageException($"driver: {path} is not there; use --driver native, which needs nothing");
        }

        Assembly assembly = new PluginContext(path).LoadFromAssemblyPath(path);
        Type driver = assembly.GetExportedTypes().FirstOrDefault(t => t.IsAssignableTo(typeof(ILoadDriver)) && !t.IsAbstract)
            ?? throw new UsageException($"driver: {path} holds no driver; use --driver native, which needs nothing");
        return (ILoadDriver)Activator.CreateInstance(driver)!;
    }

    private sealed class PluginContext(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path))
    {
        private readonly AssemblyDependencyResolver _resolver = new(path);

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            // Two copies of ours would have two ILoadDriver, and neither would be the other's.
            bool ours = assemblyName.Name is { } name && name.StartsWith("ReuseBench.", StringComparison.Ordinal);
            return !ours && _resolver.ResolveAssemblyToPath(assemblyName) is { } file ? LoadFromAssemblyPath(file) : null;
        }
    }
}
