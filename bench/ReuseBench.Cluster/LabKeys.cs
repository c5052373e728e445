using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using NATS.NKeys;
using ReuseBench.Core;
using ReuseBench.Core.Hosts;

namespace ReuseBench.Cluster;

/// <summary>
/// Makes the keys of a lab: an authority of its own, a certificate for the engine and for each host, an nkey for each host and the coordinator, and the
/// configuration by which the engine lets each host say and hear its own subjects alone. Nobody keeps the authority's key: for another host all are made
/// anew.
/// </summary>
public static class LabKeys
{
    /// <summary>Who leads a run: the one user that may say everything.</summary>
    public const string Coordinator = "coordinator";

    /// <summary>What nats-server reads. Its paths are relative to its folder, which is to be the working directory.</summary>
    public const string ConfigFile = "nats.conf";

    private const string EngineCert = "engine.crt";
    private const string EngineKey = "engine.key";
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;

    private static readonly TimeSpan Validity = TimeSpan.FromDays(5 * 365);

    /// <summary>Clocks of hosts differ.</summary>
    private static readonly TimeSpan Earlier = TimeSpan.FromDays(1);

    /// <param name="dir">Is made; must not be there, or be empty.</param>
    /// <param name="hosts">Names of hosts, each once.</param>
    /// <param name="engineNames">Names and addresses by which the engine is reached, beside those of loopback; it listens on the first.</param>
    /// <param name="port">Where the engine listens; 0 lets the kernel choose.</param>
    /// <exception cref="UsageException">There is something in the folder, or a host has no name that can be used.</exception>
    public static void Create(string dir, IReadOnlyList<string> hosts, IReadOnlyList<string> engineNames, int port)
    {
        RequireHosts(hosts);
        MakeFolder(dir);
        using ECDsa authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 authority = Authority(authorityKey);
        string ca = authority.ExportCertificatePem();
        Write(dir, Credentials.CaFile, ca);
        using (ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
        {
            using X509Certificate2 engine = Leaf("engine", key, authority, ServerAuth, engineNames);
            Write(dir, EngineCert, engine.ExportCertificatePem());
            Write(dir, EngineKey, key.ExportPkcs8PrivateKeyPem());
        }

        List<(string Name, string PublicKey)> users = [];
        foreach (string name in (string[])[Coordinator, .. hosts])
        {
            using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using X509Certificate2 own = Leaf(name, key, authority, ClientAuth, []);
            KeyPair nkey = KeyPair.CreatePair(PrefixByte.User);
            string folder = Path.Combine(dir, name);
            MakeFolder(folder);
            Write(folder, Credentials.CaFile, ca);
            Write(folder, Credentials.CertFile, own.ExportCertificatePem());
            Write(folder, Credentials.KeyFile, key.ExportPkcs8PrivateKeyPem());
            Write(folder, Credentials.SeedFile, nkey.GetSeed() + "\n");
            users.Add((name, nkey.GetPublicKey()));
        }

        Write(dir, ConfigFile, Config(users, ListenAddress(engineNames), port));
    }

    /// <summary>Where the engine listens: on its first address; on all of them where it was named otherwise; on loopback where it was not.</summary>
    internal static string ListenAddress(IReadOnlyList<string> engineNames) =>
        engineNames.Count == 0 ? "127.0.0.1" : IPAddress.TryParse(engineNames[0], out IPAddress? address) ? $"{address}" : "0.0.0.0";

    private static void RequireHosts(IReadOnlyList<string> hosts)
    {
        if (hosts.Count == 0)
        {
            throw new UsageException("hosts: name at least one, such as --hosts a,b,c");
        }

        foreach (string host in hosts)
        {
            HostNames.Require(host, "hosts");
        }

        if (hosts.Distinct().Count() != hosts.Count)
        {
            throw new UsageException("hosts: a name stands twice; name each host once");
        }
    }

    private static string Config(List<(string Name, string PublicKey)> users, string address, int port)
    {
        StringBuilder text = new();
        string host = address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;
        text.Append(CultureInfo.InvariantCulture, $$"""
            # Written by `reusebench cluster init`; start it by `reusebench cluster serve`. Paths are relative to this folder.
            server_name: reusebench
            listen: "{{host}}:{{(port == 0 ? -1 : port)}}"
            max_payload: 1MB
            ping_interval: "5s"
            ping_max: 3
            jetstream { store_dir: "jetstream" }
            tls {
              cert_file: "{{EngineCert}}"
              key_file: "{{EngineKey}}"
              ca_file: "{{Credentials.CaFile}}"
              verify: true
              timeout: 30
            }
            accounts {
              lab {
                jetstream: enabled
                users: [

            """);
        foreach ((string name, string publicKey) in users)
        {
            string permissions = name == Coordinator ? "" : $", permissions: {Permissions(name)}";
            text.Append(CultureInfo.InvariantCulture, $"      {{ nkey: {publicKey}{permissions} }} # {name}\n");
        }

        return text.Append("    ]\n  }\n}\n").ToString();
    }

    /// <summary>
    /// A host says its own results, hears its own orders, and answers what it was asked, each once. It has no word of JetStream: a result is stored without.
    /// </summary>
    private static string Permissions(string name) =>
        $$"""{ publish: { allow: ["rb.*.up.{{name}}.>"] }, """
        + $$"""subscribe: { allow: ["rb.*.down.{{name}}.>", "rb.*.down.all.>", "_INBOX_{{name}}.>"] }, """
        + """allow_responses: { max: 1, expires: "10m" } }""";

    private static X509Certificate2 Authority(ECDsa key)
    {
        CertificateRequest request = new("CN=ReuseBench lab", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now - Earlier, now + Validity);
    }

    private static X509Certificate2 Leaf(string name, ECDsa key, X509Certificate2 authority, string use, IReadOnlyList<string> addresses)
    {
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        if (use == ServerAuth)
        {
            // Through ssh it is reached on loopback, whatever its address is.
            SubjectAlternativeNameBuilder names = new();
            names.AddDnsName("localhost");
            foreach (string address in addresses.Union(["127.0.0.1", "::1"]))
            {
                if (IPAddress.TryParse(address, out IPAddress? ip))
                {
                    names.AddIpAddress(ip);
                }
                else if (address != "localhost")
                {
                    names.AddDnsName(address);
                }
            }

            request.CertificateExtensions.Add(names.Build());
        }

        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7f;
        return request.Create(authority, authority.NotBefore, authority.NotAfter, serial);
    }

    private static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("folders have modes on Linux only");
        }

        if (Path.Exists(path) && (!Directory.Exists(path) || Directory.EnumerateFileSystemEntries(path).Any()))
        {
            throw new UsageException($"dir: {path} is not empty, and keys that are there would be lost; name another folder, or remove it");
        }

        Directory.CreateDirectory(path, OwnerFolder);

        // One that was there has the mode it had.
        File.SetUnixFileMode(path, OwnerFolder);
    }

    private static void Write(string folder, string name, string text)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("files have modes on Linux only");
        }

        // Its mode is there from the first byte on.
        using FileStream file = new(
            Path.Combine(folder, name), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerFile });
        file.Write(Encoding.UTF8.GetBytes(text));
    }
}
