using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Files;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Matrices;

/// <summary>A matrix, expanded for this host.</summary>
/// <param name="Name">As it says itself, or its file's name.</param>
/// <param name="Description">One sentence.</param>
/// <param name="Seed">Of the order and of the swarms, where the file names one; null for a fresh one each run.</param>
/// <param name="Cells">Distinct cells with their number of repeats, in the order of the file.</param>
/// <param name="Semantics">Whether the run also tries what the kernel does with the two options.</param>
internal sealed record Matrix(string Name, string Description, ulong? Seed, IReadOnlyList<MatrixCell> Cells, bool Semantics)
{
    /// <summary>Wall time of a run that goes on until all that it compares is decided; null for the repeats that the cells name.</summary>
    public Duration? Budget { get; init; }

    /// <summary>Combinations that do not exist, one sentence each.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>Thresholds that its runs are held to.</summary>
    public IReadOnlyList<Expectation> Expect { get; init; } = [];
}

internal sealed record MatrixCell(Cell Cell, int Repeats);

/// <summary>What <c>auto</c> in a matrix means on this host.</summary>
/// <param name="Cpus">CPUs that this process may use.</param>
/// <param name="ClientCpus">CPUs of these that the swarm gets.</param>
internal sealed record HostSize(int Cpus, int ClientCpus)
{
    /// <summary>CPUs that the server gets, and physical cores that these belong to: a worker for each is a count to know. Null for unknown.</summary>
    public int? ServerCpus { get; init; }

    public int? ServerCores { get; init; }

    /// <summary>CPUs that the swarm gets in cells that say where it runs.</summary>
    public Func<NumaPlacement, int>? ClientCpusOn { get; init; }

    /// <summary>1, 2, 4 … up to and including 2 × CPUs; and one worker for each core and for each CPU that the server gets.</summary>
    public IEnumerable<int> WorkerCounts()
    {
        int most = 2 * Cpus;
        SortedSet<int> counts = [most];
        for (int workers = 1; workers < most; workers *= 2)
        {
            counts.Add(workers);
        }

        counts.UnionWith(new[] { ServerCores, ServerCpus }.OfType<int>().Where(count => count <= most));
        return counts;
    }

    /// <summary>The same host, as large as what the server was given of it: more workers than twice that are no question.</summary>
    public HostSize OnServerCpus() => this with { Cpus = Math.Min(Cpus, ServerCpus ?? Cpus) };

    /// <summary>CPUs that the swarm gets in a cell.</summary>
    public int ClientCpusOf(NumaPlacement? numa) => numa is NumaPlacement placement && ClientCpusOn is { } on ? on(placement) : ClientCpus;
}

/// <summary>
/// Finds the file of a matrix. A bare name is one of the matrices that come with the program, whatever lies in the current folder; a path is known
/// by a slash or its extension.
/// </summary>
internal static class MatrixLocator
{
    /// <summary>In place of a name: the matrix comes in on standard input.</summary>
    public const string StandardInput = "-";

    private static readonly EmbeddedFolder Matrices = new(typeof(MatrixLocator).Assembly, "matrices", ".yaml", ".yml");

    /// <returns>What <see cref="MatrixReader"/> reads: a path, a name of <see cref="BuiltIn"/>, or <see cref="StandardInput"/>.</returns>
    /// <exception cref="UsageException">There is no such file or name.</exception>
    public static string Find(string nameOrPath)
    {
        if (nameOrPath == StandardInput)
        {
            return nameOrPath;
        }

        if (Matrices.IsPath(nameOrPath))
        {
            return File.Exists(nameOrPath)
                ? nameOrPath
                : throw new UsageException(
                    $"matrix: {(Directory.Exists(nameOrPath) ? $"'{nameOrPath}' is a folder" : $"there is no file '{nameOrPath}'")}; "
                    + $"name a matrix file, or one of {string.Join(", ", BuiltIn())}");
        }

        if (BuiltIn().Contains(nameOrPath))
        {
            return nameOrPath;
        }

        string hint = File.Exists(nameOrPath) ? $"; for the file of that name write ./{nameOrPath}" : "; a file is named with a slash or .yaml";
        throw new UsageException(Names.Unknown("matrix", nameOrPath, [.. BuiltIn()]).Message + hint);
    }

    /// <summary>Names of the matrices that come with the program, in order.</summary>
    public static IReadOnlyList<string> BuiltIn() => Matrices.Names;

    /// <param name="found">As <see cref="Find"/> gave it.</param>
    /// <returns>The text; null where it is no name of <see cref="BuiltIn"/>.</returns>
    public static TextReader? OpenBuiltIn(string found) => Matrices.IsPath(found) ? null : Matrices.Open(found);
}

/// <summary>The keys that a matrix may name, and what to say of one that is none.</summary>
internal static class MatrixKeys
{
    /// <exception cref="UsageException">No setting of a cell has that key; the nearest is named.</exception>
    public static Setting Require(string key) =>
        CellSettings.Find(key) is { IsOfCells: true } setting ? setting : throw new UsageException($"key '{key}' is unknown; {Hint(key)}");

    /// <summary>What to use in place of a key that is none.</summary>
    public static string Hint(string key) => Nearest.Of(key, CellSettings.OfCells.Select(s => s.Key)) is { } near
        ? $"did you mean '{near}'? (`reusebench matrix schema` lists all keys)"
        : "`reusebench matrix schema` lists all keys";
}
