using System.Text.Json;
using ReuseBench.Core;

namespace ReuseBench.Cluster;

/// <summary>What one host or the coordinator shows the engine: a certificate of the lab's own authority, and the seed of its nkey.</summary>
/// <param name="Ca">The authority's certificate, PEM.</param>
/// <param name="Cert">Its own certificate, PEM.</param>
/// <param name="Key">The private key of that, PEM.</param>
/// <param name="Seed">Of its nkey.</param>
public sealed record Credentials(string Ca, string Cert, string Key, string Seed)
{
    public const string CaFile = "ca.crt";
    public const string CertFile = "host.crt";
    public const string KeyFile = "host.key";
    public const string SeedFile = "host.nk";

    /// <summary>Reads the four files of a folder that <c>cluster init</c> has made.</summary>
    /// <exception cref="UsageException">One of them is missing or cannot be read.</exception>
    public static Credentials Read(string folder)
    {
        return new Credentials(Text(CaFile), Text(CertFile), Text(KeyFile), Text(SeedFile).Trim());

        string Text(string name)
        {
            string path = Path.Combine(folder, name);
            try
            {
                return File.ReadAllText(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new UsageException($"dir: {path} cannot be read ({Reason(e)}); name a folder of one host that `reusebench cluster init` has made");
            }
        }
    }

    /// <summary>From the one line that <see cref="ToJson"/> made.</summary>
    /// <param name="line">An empty object has no credentials: on loopback only.</param>
    /// <param name="engine">Where the engine is, where the line says so; otherwise null.</param>
    /// <exception cref="UsageException">It is no such line.</exception>
    public static Credentials? FromJson(string line, out string? engine)
    {
        try
        {
            CredentialText text = JsonSerializer.Deserialize(line, ClusterJson.Default.CredentialText) ?? new CredentialText();
            engine = text.Engine;
            return text switch
            {
                { Ca: null, Cert: null, Key: null, Seed: null } => null,
                { Ca: { } ca, Cert: { } cert, Key: { } key, Seed: { } seed } => new Credentials(ca, cert, key, seed),
                _ => throw new UsageException("creds: ca, cert, key and seed are needed, or none of them"),
            };
        }
        catch (JsonException)
        {
            throw new UsageException("creds: standard input does not begin with a line of JSON; it is written by the launcher of `run --hosts`");
        }
    }

    /// <param name="credentials">Null for none.</param>
    /// <param name="engine">Where the engine is, as seen from the host; null where it knows.</param>
    public static string ToJson(Credentials? credentials, string? engine) => JsonSerializer.Serialize(
        new CredentialText { Ca = credentials?.Ca, Cert = credentials?.Cert, Key = credentials?.Key, Seed = credentials?.Seed, Engine = engine },
        ClusterJson.Default.CredentialText);

    /// <summary>Keeps secrets out of logs.</summary>
    public override string ToString() => nameof(Credentials);

    private static string Reason(Exception e) => e is FileNotFoundException or DirectoryNotFoundException ? "it is not there" : e.Message;
}

/// <summary>As it goes over standard input.</summary>
internal sealed record CredentialText
{
    public string? Ca { get; init; }

    public string? Cert { get; init; }

    public string? Key { get; init; }

    public string? Seed { get; init; }

    public string? Engine { get; init; }
}
