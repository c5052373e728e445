using System.Collections.Concurrent;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Files;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Adapters;

/// <summary>
/// Finds adapters. A bare name is one that comes with the program, whatever lies in the current folder; a path is known by a slash or its extension.
/// </summary>
internal static class AdapterCatalogue
{
    private const string Extension = ".yaml";

    private static readonly ConcurrentDictionary<string, ServerAdapter> Read = new();

    private static readonly ConcurrentDictionary<string, string> Versions = new();

    private static readonly EmbeddedFolder Adapters = new(typeof(AdapterCatalogue).Assembly, "adapters", Extension, ".yml");

    public static IReadOnlyList<string> BuiltIn() => Adapters.Names;

    /// <exception cref="UsageException">There is no such adapter, or its file says what cannot be.</exception>
    public static ServerAdapter Require(string nameOrPath)
    {
        if (Adapters.IsPath(nameOrPath))
        {
            return File.Exists(nameOrPath)
                ? Read.GetOrAdd(nameOrPath, AdapterReader.Read)
                : throw new UsageException($"server: there is no file '{nameOrPath}'; name an adapter file, or one of {string.Join(", ", BuiltIn())}");
        }

        return BuiltIn().Contains(nameOrPath)
            ? Read.GetOrAdd(nameOrPath, ReadBuiltIn)
            : throw Names.Unknown("server", nameOrPath, BuiltIn());
    }

    /// <summary>The server of a cell with all that goes without saying: its adapter's first mode. As it is where it cannot be told.</summary>
    public static ServerSettings Complete(ServerSettings server) => server is { Program: { } program, ProgramMode: null } && Find(program) is { } adapter
        ? server with { ProgramMode = adapter.Modes[0].Name }
        : server;

    /// <summary>Likewise of a reload.</summary>
    public static RestartSettings Complete(RestartSettings restart, ServerSettings server) =>
        restart is { Method: RestartMethod.Reload, ServerReload: null } && server.Program is { } program && Find(program) is { } adapter
            && adapter.Modes.FirstOrDefault(m => m.Name == (server.ProgramMode ?? adapter.Modes[0].Name)) is { } mode
            && adapter.ReloadsOf(mode).FirstOrDefault() is { } first
            ? restart with { ServerReload = first.Name }
            : restart;

    /// <summary>What this host lacks for the server of a cell; null where it has all, or it is ours.</summary>
    /// <exception cref="UsageException">The program does not say its version.</exception>
    public static ProgramLack? LackOf(ServerSettings server)
    {
        if (server.Program is not { } program)
        {
            return null;
        }

        ServerAdapter adapter = Require(program);
        if (adapter.FindProgram() is not { } path)
        {
            return new ProgramLack("server", $"{adapter.Name}, which is not installed", adapter.Remedy);
        }

        AdapterMode mode = adapter.RequireMode(server.ProgramMode);
        if (mode.LeastVersion is null)
        {
            return null;
        }

        string version = Versions.GetOrAdd(path, p => AdaptedServer.VersionOf(adapter, p));
        return AdaptedServer.WhyTooOld(adapter, mode, version) is { } old
            ? new ProgramLack("server_mode", old, "install a later version to have them")
            : null;
    }

    /// <summary>The servers of somebody else among those of a run, with what they are told.</summary>
    public static PlannedServer[] Describe(IEnumerable<ServerSettings> servers) =>
    [
        .. servers.Where(s => s.Program is not null).Select(s => (Program: s.Program!, s.ProgramMode)).Distinct().Select(s =>
        {
            ServerAdapter adapter = Require(s.Program);
            AdapterMode mode = adapter.RequireMode(s.ProgramMode);
            return new PlannedServer(
                s.Program,
                mode.Name,
                [.. adapter.Start.Select(word => AdapterWords.Replace(word, mode.Words)).Where(word => word.Length > 0)],
                new SortedDictionary<string, string>(
                    adapter.Files.ToDictionary(f => f.Key, f => AdapterWords.Replace(f.Value, mode.Words)), StringComparer.Ordinal));
        }),
    ];

    private static ServerAdapter ReadBuiltIn(string name)
    {
        using TextReader text = Adapters.Open(name)!;
        return AdapterReader.Read(name + Extension, text);
    }

    private static ServerAdapter? Find(string nameOrPath)
    {
        try
        {
            return Require(nameOrPath);
        }
        catch (UsageException)
        {
            // Said where the cell is checked.
            return null;
        }
    }
}

/// <summary>What a host lacks for a server of somebody else.</summary>
/// <param name="Setting">That asks for it.</param>
/// <param name="What">It, as the end of "cells need …".</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record ProgramLack(string Setting, string What, string Remedy);
