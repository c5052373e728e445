namespace ReuseBench.Campaign;

/// <summary>The place as it is before any run, and what is found to be different after one.</summary>
internal sealed class Remains
{
    private const string Sysctls = "/proc/sys/net";
    private const string NamedNamespaces = "/run/netns";

    private readonly OwnPlace _place;
    private readonly IReadOnlySet<string> _files;
    private readonly Dictionary<string, string> _sysctls;
    private readonly string[] _devices;

    private Remains(OwnPlace place)
    {
        _place = place;
        _files = place.Files();
        _sysctls = ReadSysctls();
        _devices = Devices();
    }

    /// <summary>Takes the place as it is now as what it should be.</summary>
    public static Remains Before(OwnPlace place) => new(place);

    /// <summary>Files and folders outside the run folders; they are removed, and so counted once.</summary>
    public IReadOnlyList<string> Files()
    {
        string[] left = [.. _place.Files().Except(_files)];
        foreach (string path in left)
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
            else
            {
                File.Delete(path);
            }
        }

        return left;
    }

    /// <summary>Network namespaces that have a name or are mounted, and interfaces; those without are gone with their last process.</summary>
    public IReadOnlyList<string> Namespaces() =>
    [
        .. Directory.Exists(NamedNamespaces) ? Directory.EnumerateFileSystemEntries(NamedNamespaces) : [],
        .. File.ReadLines("/proc/self/mountinfo").Where(line => line.Contains(" nsfs ", StringComparison.Ordinal)),
        .. Devices().Except(_devices),
    ];

    /// <summary>Sysctls of the network that differ, with both values; they are not put back, and so known from then on.</summary>
    public IReadOnlyList<string> SysctlsChanged()
    {
        Dictionary<string, string> now = ReadSysctls();
        string[] changed =
        [
            .. from known in _sysctls
               let value = now.GetValueOrDefault(known.Key)
               where value != known.Value
               select $"{known.Key}: {known.Value}, now {value}",
        ];
        foreach ((string name, string value) in now)
        {
            _sysctls[name] = value;
        }

        return changed;
    }

    /// <summary>The first two lines of /proc/net/dev are its head.</summary>
    private static string[] Devices() => [.. File.ReadLines("/proc/self/net/dev").Skip(2).Select(line => $"interface {line.Split(':')[0].Trim()}")];

    /// <summary>By path, without counters.</summary>
    private static Dictionary<string, string> ReadSysctls()
    {
        Dictionary<string, string> values = [];
        foreach (string path in Directory.EnumerateFiles(Sysctls, "*", SearchOption.AllDirectories).Where(p => !p.EndsWith("_count", StringComparison.Ordinal)))
        {
            try
            {
                values[path] = File.ReadAllText(path).Trim();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // One that can only be written, or not by this user.
            }
        }

        return values;
    }
}
