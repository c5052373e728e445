using System.Reflection;
using System.Runtime.Loader;
using ReuseBench.Core;

namespace ReuseBench.LoadGen.Drivers;

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
