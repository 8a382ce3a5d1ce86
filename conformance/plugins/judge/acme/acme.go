// Package acme is a Terraform provider with names of every kind, as programs see them through a package @pulumi/acme.
package acme

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	data "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Serve answers whoever speaks the protocol, until it is told to stop.
func Serve() {
	err := providerserver.Serve(context.Background(), func() provider.Provider { return &acme{} }, providerserver.ServeOpts{
		Address: "registry.terraform.io/acme/acme",
	})
	if err != nil {
		log.Fatal(err)
	}
}

type acme struct{}

type settings struct {
	AccountID types.String `tfsdk:"account_id"`
	Token     types.String `tfsdk:"api_token"`
}

func (*acme) Metadata(_ context.Context, _ provider.MetadataRequest, out *provider.MetadataResponse) {
	out.TypeName = "acme"
}

func (*acme) Schema(_ context.Context, _ provider.SchemaRequest, out *provider.SchemaResponse) {
	out.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"account_id": schema.StringAttribute{Optional: true},
		"api_token":  schema.StringAttribute{Optional: true, Sensitive: true},
	}}
}

func (*acme) Configure(ctx context.Context, in provider.ConfigureRequest, out *provider.ConfigureResponse) {
	var read settings
	out.Diagnostics.Append(in.Config.Get(ctx, &read)...)
	account := read.AccountID.ValueString()
	if account == "" {
		account = "nobody"
	}
	out.ResourceData = account
	out.DataSourceData = account
}

func (*acme) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{newRecord}
}

func (*acme) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{newZone}
}

// zone is looked up by its name.
type zone struct{ account string }

type zoneModel struct {
	Account     types.String `tfsdk:"account_id"`
	ID          types.String `tfsdk:"id"`
	Name        types.String `tfsdk:"name"`
	NameServers types.List   `tfsdk:"name_server"`
}

func newZone() datasource.DataSource { return &zone{} }

func (*zone) Metadata(_ context.Context, _ datasource.MetadataRequest, out *datasource.MetadataResponse) {
	out.TypeName = "acme_dns_zone"
}

func (*zone) Schema(_ context.Context, _ datasource.SchemaRequest, out *datasource.SchemaResponse) {
	out.Schema = data.Schema{Attributes: map[string]data.Attribute{
		"account_id":  data.StringAttribute{Computed: true},
		"id":          data.StringAttribute{Computed: true},
		"name":        data.StringAttribute{Required: true},
		"name_server": data.ListAttribute{Computed: true, ElementType: types.StringType},
	}}
}

func (z *zone) Configure(_ context.Context, in datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	z.account, _ = in.ProviderData.(string)
}

func (z *zone) Read(ctx context.Context, in datasource.ReadRequest, out *datasource.ReadResponse) {
	var read zoneModel
	out.Diagnostics.Append(in.Config.Get(ctx, &read)...)
	name := read.Name.ValueString()
	if name == "none.example" {
		out.Diagnostics.AddError("Zone not found", "There is no zone "+name+".")
		return
	}
	servers, found := types.ListValueFrom(ctx, types.StringType, []string{"ns1." + name, "ns2." + name})
	out.Diagnostics.Append(found...)
	read.Account = types.StringValue(z.account)
	read.ID = types.StringValue("zone-" + name)
	read.NameServers = servers
	out.Diagnostics.Append(out.State.Set(ctx, &read)...)
}
